FROM alpine:3.20
RUN adduser -D app && mkdir /srv/app && chown app /srv/app
USER app
COPY . /srv/app
RUN mkdir -p /srv/app/cache && chown -R app /srv/app/cache
CMD ["ls", "/srv/app"]
