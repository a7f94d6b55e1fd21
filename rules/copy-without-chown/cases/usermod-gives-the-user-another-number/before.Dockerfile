FROM debian:bookworm-slim
RUN useradd --uid 1001 app
COPY state.txt /app/
RUN groupmod --gid 2000 app && usermod --uid 2000 app
USER app
