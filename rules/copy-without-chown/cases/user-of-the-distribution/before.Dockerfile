FROM debian:bookworm-slim
COPY html /site/html
USER www-data
