FROM alpine:3.20
COPY state.txt /app/
USER 1001:2002
