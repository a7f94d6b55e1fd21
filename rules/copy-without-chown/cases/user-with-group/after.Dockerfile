FROM debian:bookworm-slim
RUN groupadd web && useradd --groups web app
COPY --chown=app:web state.txt /app/
USER app:web
