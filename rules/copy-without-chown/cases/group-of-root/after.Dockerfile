FROM debian:bookworm-slim
RUN useradd --uid 1001 --gid 0 --no-create-home app
COPY --chown=app:root state.txt /app/
USER app
