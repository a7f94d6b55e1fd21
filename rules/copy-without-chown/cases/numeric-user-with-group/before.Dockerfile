FROM alpine:3.20
COPY state.txt /srv/app/
USER 1001:2002
