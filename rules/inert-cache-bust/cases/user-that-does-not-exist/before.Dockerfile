FROM alpine:3.20
RUN date > /built
USER someone
ARG CACHE_BUST
COPY app.py /srv/
