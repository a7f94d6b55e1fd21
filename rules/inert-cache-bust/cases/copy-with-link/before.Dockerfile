FROM alpine:3.20 AS app
RUN mkdir -p /srv/app
ARG CACHE_BUST
COPY --link app.py /srv/app/
