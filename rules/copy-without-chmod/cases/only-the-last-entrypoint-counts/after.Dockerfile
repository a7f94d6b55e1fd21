FROM alpine:3.20
COPY old.sh new.sh /
RUN chmod 755 /new.sh
ENTRYPOINT ["/old.sh"]
ENTRYPOINT ["/new.sh"]
