FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN git clone -b develop https://github.com/example/tool.git /src && make -C /src
WORKDIR /src
