FROM alpine:3.20
COPY bin/ /usr/local/bin/
RUN chmod 755 /usr/local/bin/backup
CMD ["sleep", "1"]
