FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
# hadolint ignore=DL3059
RUN chmod 755 /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
