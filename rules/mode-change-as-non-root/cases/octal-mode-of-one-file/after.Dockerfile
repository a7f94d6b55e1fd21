FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
USER app
COPY --chmod=755 entrypoint.sh /app/
ENTRYPOINT ["/app/entrypoint.sh"]
