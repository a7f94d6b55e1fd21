FROM alpine:3.20
RUN adduser -D app
COPY app/. /srv/app/
COPY config /srv/app/config
RUN chmod 644 /srv/app/config/a.json /srv/app/config/b.json
USER app
CMD ["cat", "/srv/app/config/a.json"]
