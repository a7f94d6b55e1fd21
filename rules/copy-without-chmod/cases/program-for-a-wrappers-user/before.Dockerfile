FROM alpine:3.20
RUN adduser -D app
COPY server /srv/server
ENTRYPOINT ["su-exec", "app", "/srv/server"]
