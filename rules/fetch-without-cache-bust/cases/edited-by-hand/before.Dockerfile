FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
ENV REFRESHED_AT=2024-05-01
RUN git clone https://github.com/example/tool /src
WORKDIR /src
