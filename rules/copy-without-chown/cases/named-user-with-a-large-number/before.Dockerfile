FROM debian:bookworm-slim
RUN useradd --uid 70000 app
COPY state.txt /app/
USER app
