FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN wget https://example.com/data/samples.tar.gz && curl -O https://example.com/get-tool.py
WORKDIR /src
