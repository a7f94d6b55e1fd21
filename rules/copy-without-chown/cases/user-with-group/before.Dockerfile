FROM debian:bookworm-slim
RUN groupadd web && useradd --groups web app
COPY state.txt /app/
USER app:web
