FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN sudo curl -L https://github.com/example/tool/releases/latest/download/tool -o /usr/local/bin/tool
WORKDIR /src
