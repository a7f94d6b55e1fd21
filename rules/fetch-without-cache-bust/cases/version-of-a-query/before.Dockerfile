FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN wget -O tool.tgz "https://example.com/stable?release=linux64&version=$TOOL"
WORKDIR /src
