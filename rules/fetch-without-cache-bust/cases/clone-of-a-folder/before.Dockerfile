FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN git clone /mnt/tool.git /src
WORKDIR /src
