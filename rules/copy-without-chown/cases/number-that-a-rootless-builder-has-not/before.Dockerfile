FROM alpine:3.20
COPY state.txt /app/
USER 1000660000
