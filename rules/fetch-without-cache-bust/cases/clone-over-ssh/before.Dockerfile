FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN --mount=type=ssh git clone git@github.com:example/tool.git /src
WORKDIR /src
