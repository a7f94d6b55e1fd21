FROM debian:bookworm-slim
RUN groupadd web
RUN useradd --gid web app
COPY --chown=app:web state.txt /app/

USER app
