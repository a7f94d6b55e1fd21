FROM alpine:3.20
ARG CACHE_BUST
COPY app.py /
