FROM alpine:3.20
COPY backup.sh /usr/local/bin/backup
CMD ["sleep", "1"]
