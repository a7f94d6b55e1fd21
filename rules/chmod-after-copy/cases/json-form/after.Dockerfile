FROM alpine:3.20
COPY --chmod=755 ["start it.sh", "/start it.sh"]
ENTRYPOINT ["/start it.sh"]
