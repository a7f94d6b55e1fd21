FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN wget https://example.com/latest/tool-1.2.3.tar.gz
WORKDIR /src
