FROM alpine:3.20
# How it starts.
COPY entrypoint.sh /entrypoint.sh

# Windows checkouts have no x bit.
RUN chmod 755 /entrypoint.sh

ENTRYPOINT ["/entrypoint.sh"]
