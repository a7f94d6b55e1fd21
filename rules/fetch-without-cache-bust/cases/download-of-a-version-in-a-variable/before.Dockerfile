FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
ENV TOOL_VERSION=1.2.3
RUN curl -fsSL https://github.com/example/tool/releases/download/v${TOOL_VERSION}/tool.tar.gz | tar -xz
WORKDIR /src
