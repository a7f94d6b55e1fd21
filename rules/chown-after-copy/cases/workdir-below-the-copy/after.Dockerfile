FROM alpine:3.20
COPY --chown=1001:1001 src /app
WORKDIR /app
USER 1001
CMD ["touch", "new"]
