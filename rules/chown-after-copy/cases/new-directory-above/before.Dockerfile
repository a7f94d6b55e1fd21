FROM alpine:3.20
RUN adduser -D app
COPY src /srv/www/app
RUN chown -R app:app /srv/www/app
USER app
