FROM alpine:3.20
RUN adduser -D app
USER app
ARG CACHE_BUST
RUN : "${CACHE_BUST}"
COPY app.py /srv/
