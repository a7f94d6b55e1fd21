FROM debian:bookworm-slim
RUN useradd app
COPY state.txt /app/
RUN ["chown", "--verbose", "--recursive", "app:app", "/app"]
USER app
