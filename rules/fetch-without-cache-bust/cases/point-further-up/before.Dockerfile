FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
ARG CACHEBUST
RUN date > /built
RUN git clone https://github.com/example/tool /src
WORKDIR /src
