FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN wget -q https://example.com/conda/Conda3-latest-Linux-x86_64.sh
WORKDIR /src
