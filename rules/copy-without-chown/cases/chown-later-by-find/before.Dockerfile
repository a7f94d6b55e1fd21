FROM alpine:3.20
RUN adduser -D app
COPY state.txt /app/
RUN find /app -type f -exec chown app:app {} +
USER app
