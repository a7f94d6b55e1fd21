FROM debian:bookworm-slim
COPY state.txt /app/
RUN apt-get update && apt-get install -y docker.io
RUN useradd --groups docker app
USER app
