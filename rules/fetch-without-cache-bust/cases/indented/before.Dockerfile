FROM debian:12
  RUN apt-get update && apt-get install -y git
  RUN git clone https://github.com/example/tool /src
