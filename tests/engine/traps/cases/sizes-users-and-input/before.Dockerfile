FROM alpine:3.20
COPY big /srv/big
RUN chmod 600 /srv/big
