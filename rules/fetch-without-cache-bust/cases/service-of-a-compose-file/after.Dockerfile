FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
COPY app /app
# Run what follows again: docker compose build --build-arg CACHE_BUST=$(date +%s) web
ARG CACHE_BUST=1
RUN git clone https://github.com/example/tool /src
