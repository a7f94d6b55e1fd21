FROM debian:bookworm-slim
USER www-data
COPY state.txt /app/
USER root
RUN useradd app
USER app
