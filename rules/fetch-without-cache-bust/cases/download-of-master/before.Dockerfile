FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN wget -qO /usr/local/bin/tool https://raw.githubusercontent.com/example/tool/master/tool.py
WORKDIR /src
