FROM debian:bookworm-slim
WORKDIR /src
COPY configure install.sh ./
RUN chmod 755 /src/configure /src/install.sh
RUN set -e; ./configure --prefix=/usr && ./install.sh || exit 1
HEALTHCHECK CMD ["/src/install.sh", "--check"]
