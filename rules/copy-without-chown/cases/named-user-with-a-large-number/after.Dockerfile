FROM debian:bookworm-slim
RUN useradd --uid 70000 app
COPY --chown=app:app state.txt /app/
USER app
