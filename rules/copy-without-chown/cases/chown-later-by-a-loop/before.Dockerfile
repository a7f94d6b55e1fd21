FROM alpine:3.20
RUN adduser -D app
COPY state.txt /app/
RUN for dir in /app /data; do mkdir -p "$dir" && chown -R app "$dir"; done
USER app
