FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN echo "see https://example.com/tool/master/README" > /etc/motd && curl --version
WORKDIR /src
