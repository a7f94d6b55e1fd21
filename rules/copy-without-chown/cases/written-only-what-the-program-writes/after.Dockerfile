FROM alpine:3.20
RUN adduser -D -u 1001 app
WORKDIR /srv/app
COPY code code/
COPY --chown=app:app seed /var/lib/app/
VOLUME /var/lib/app
USER app
