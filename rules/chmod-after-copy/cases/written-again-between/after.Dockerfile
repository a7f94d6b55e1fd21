FROM alpine:3.20
COPY --chmod=755 entrypoint.sh /entrypoint.sh
COPY --chmod=755 better.sh /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
