FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN wget https://github.com/example/tool/archive/main.zip && unzip main.zip
WORKDIR /src
