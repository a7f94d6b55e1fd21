FROM ghcr.io/acme/base:1
RUN groupadd --gid 1001 app && useradd --uid 1001 --gid app app
COPY state.txt /app/
USER app
