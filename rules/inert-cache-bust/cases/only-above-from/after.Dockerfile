ARG CACHE_BUST=1
FROM alpine:3.20
ARG CACHE_BUST
RUN apk --version || true
COPY app.py /
