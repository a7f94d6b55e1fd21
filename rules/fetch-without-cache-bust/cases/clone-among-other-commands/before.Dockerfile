FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
# builds the tool
RUN set -eux; \
    mkdir -p /src; \
    git clone https://github.com/example/tool /src; \
    make -C /src
WORKDIR /src
