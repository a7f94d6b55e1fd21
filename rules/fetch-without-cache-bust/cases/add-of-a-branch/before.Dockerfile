FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
ADD https://github.com/example/tool.git#main /src
WORKDIR /src
