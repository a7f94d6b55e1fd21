FROM debian:bookworm-slim
RUN useradd app
RUN apt-get update && apt-get install -y curl ca-certificates
COPY --chown=app:app conf /opt/agent
USER app
