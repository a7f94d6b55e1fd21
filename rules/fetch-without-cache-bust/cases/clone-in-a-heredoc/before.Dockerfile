FROM debian:12
RUN apt-get update && apt-get install -y curl git wget
RUN <<EOF
set -e
git clone https://github.com/example/tool /src
make -C /src
EOF
WORKDIR /src
