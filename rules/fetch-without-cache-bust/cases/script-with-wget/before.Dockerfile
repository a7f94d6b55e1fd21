FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN wget -qO- https://example.com/install | sh
WORKDIR /src
