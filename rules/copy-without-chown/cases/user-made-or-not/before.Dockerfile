FROM alpine:3.20
RUN adduser -D app || true
COPY state.txt /app/
USER app
