FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN PORT=$(curl -s http://localhost:8080/port) && echo "$PORT"
WORKDIR /src
