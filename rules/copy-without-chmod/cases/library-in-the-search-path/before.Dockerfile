FROM alpine:3.20
COPY functions.sh /usr/local/bin/functions.sh
CMD ["sh", "-c", ". functions.sh; hello"]
