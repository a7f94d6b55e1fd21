FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
ARG TOOL_VERSION=1.0
RUN git clone --branch "$TOOL_VERSION" https://github.com/example/tool /src
WORKDIR /src
