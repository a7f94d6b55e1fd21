FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN curl -LO "https://example.com/release/$(curl -Ls https://example.com/release/stable.txt)/tool"
WORKDIR /src
