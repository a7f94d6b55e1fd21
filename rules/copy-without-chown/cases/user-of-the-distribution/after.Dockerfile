FROM debian:bookworm-slim
COPY --chown=www-data:www-data html /site/html
USER www-data
