FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
ARG REPOSITORY
RUN git clone "$REPOSITORY" /src
WORKDIR /src
