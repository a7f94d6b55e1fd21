FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN curl -fsSLo /usr/local/bin/tool https://example.com/tool
WORKDIR /src
