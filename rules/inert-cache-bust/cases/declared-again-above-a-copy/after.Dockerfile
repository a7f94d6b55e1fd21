ARG CACHE_BUST=1
FROM alpine:3.20
RUN date > /built
ARG CACHE_BUST
RUN : "${CACHE_BUST}"
COPY app.py /
