# syntax=docker/dockerfile-upstream:master
FROM alpine:3.20
COPY --chmod=755 start.sh /start.sh
ENTRYPOINT ["/start.sh"]
