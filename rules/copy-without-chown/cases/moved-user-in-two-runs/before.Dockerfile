FROM debian:bookworm-slim
COPY state.txt /app/

RUN groupadd web
RUN useradd --gid web app

USER app
