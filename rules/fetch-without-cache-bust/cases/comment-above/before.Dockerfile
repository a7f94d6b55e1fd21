FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
# the newest tool
# of all
RUN git clone https://github.com/example/tool /src
