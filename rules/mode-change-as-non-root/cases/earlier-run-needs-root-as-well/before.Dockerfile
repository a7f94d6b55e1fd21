FROM debian:bookworm-slim
USER www-data
RUN useradd --create-home app
COPY start.sh /start.sh
RUN chmod 755 /start.sh
CMD ["/start.sh"]
