FROM alpine:3.20
ARG CACHE_BUST=1
RUN date > /built
COPY app.py /
