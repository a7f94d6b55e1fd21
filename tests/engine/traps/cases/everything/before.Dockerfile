FROM alpine:3.20
COPY file /srv/file
CMD ["true"]
