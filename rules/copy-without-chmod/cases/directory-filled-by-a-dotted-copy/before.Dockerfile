FROM alpine:3.20
RUN adduser -D app
COPY app/. /srv/app/
COPY config /srv/app/config
USER app
CMD ["cat", "/srv/app/config/a.json"]
