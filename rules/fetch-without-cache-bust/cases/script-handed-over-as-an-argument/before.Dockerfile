FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN sh -c "$(curl -fsSL https://example.com/install.sh)"
WORKDIR /src
