FROM debian:bookworm-slim
COPY --chown=www-data:www-data index.html /var/www/
COPY --chown=nobody:nogroup index.html /srv/
USER nobody
CMD ["cat", "/srv/index.html"]
