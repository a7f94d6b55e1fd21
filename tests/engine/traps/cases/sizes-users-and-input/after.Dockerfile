FROM alpine:3.20
COPY big /srv/big
USER nobody
