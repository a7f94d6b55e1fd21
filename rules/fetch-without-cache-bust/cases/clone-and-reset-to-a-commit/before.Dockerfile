FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN git clone https://github.com/example/tool /src && git -C /src reset --hard 4f2ac1de90b7c3d1e5f60718293a4b5c6d7e8f90
WORKDIR /src
