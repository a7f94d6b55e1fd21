FROM alpine:3.20
# How it starts.
# Windows checkouts have no x bit.
COPY --chmod=755 entrypoint.sh /entrypoint.sh

ENTRYPOINT ["/entrypoint.sh"]
