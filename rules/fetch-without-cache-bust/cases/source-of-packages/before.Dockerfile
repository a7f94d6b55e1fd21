FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN curl -fsSL https://packagecloud.io/install/repositories/example/tool/script.deb.sh | bash
WORKDIR /src
