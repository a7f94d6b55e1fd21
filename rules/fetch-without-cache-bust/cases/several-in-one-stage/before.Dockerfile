FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN git clone https://github.com/example/tool /a
RUN git clone https://github.com/example/tool-b /b
