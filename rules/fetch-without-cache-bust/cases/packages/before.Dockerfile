FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN apt-get update && apt-get install -y make
WORKDIR /src
