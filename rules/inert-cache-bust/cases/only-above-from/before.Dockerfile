ARG CACHE_BUST=1
FROM alpine:3.20
RUN apk --version || true
COPY app.py /
