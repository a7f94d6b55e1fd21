FROM alpine:3.20 AS build
RUN echo built > /out
FROM alpine:3.20
RUN adduser -D app
COPY --from=build /out /srv/
