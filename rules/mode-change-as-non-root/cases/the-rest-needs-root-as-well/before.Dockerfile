FROM debian:bookworm-slim
USER www-data
COPY start.sh /start.sh
RUN useradd --create-home app && chmod 755 /start.sh
CMD ["/start.sh"]
