FROM alpine:3.20 AS build
RUN date > /out
ARG CACHE_BUST

FROM alpine:3.20
COPY --from=build /out /
