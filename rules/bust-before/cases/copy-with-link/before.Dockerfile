FROM alpine:3.20 AS app
RUN adduser -D app
COPY --link src /srv/
