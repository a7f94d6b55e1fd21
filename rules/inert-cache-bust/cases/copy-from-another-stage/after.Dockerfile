FROM alpine:3.20 AS build
RUN echo built > /out
FROM alpine:3.20
RUN mkdir -p /srv/app
ARG CACHE_BUST
RUN : "${CACHE_BUST}"
COPY --from=build /out /srv/app/
