FROM debian:12
RUN apt-get update && apt-get install -y curl git wget jq
RUN export LINK=`wget -qO- https://example.com/downloads.json | jq -r .link` && wget "$LINK"
WORKDIR /src
