FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
RUN --mount=type=cache,target=/root/.cache chmod 755 /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
