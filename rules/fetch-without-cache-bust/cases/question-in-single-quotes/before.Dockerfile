FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN echo 'x=$(curl -s https://example.com/releases/list)' > /etc/profile.d/x.sh
WORKDIR /src
