FROM alpine:3.20
RUN date > /built
SHELL ["pwsh", "-Command"]
ARG CACHE_BUST
COPY app.py /srv/
