FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN curl http://localhost:8080/latest
WORKDIR /src
