FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN curl -X POST https://example.com/hooks/latest
WORKDIR /src
