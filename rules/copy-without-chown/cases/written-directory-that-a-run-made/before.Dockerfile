FROM alpine:3.20
RUN adduser -D -u 1001 app && mkdir -p /srv/queue && chown app:app /srv/queue
COPY code /srv/code
COPY first.json /srv/queue/
USER app
