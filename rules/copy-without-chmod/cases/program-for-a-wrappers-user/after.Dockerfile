FROM alpine:3.20
RUN adduser -D app
COPY server /srv/server
RUN chmod 755 /srv/server
ENTRYPOINT ["su-exec", "app", "/srv/server"]
