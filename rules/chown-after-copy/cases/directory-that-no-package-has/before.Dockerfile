FROM debian:bookworm-slim
RUN useradd app
RUN apt-get update && apt-get install -y curl ca-certificates
COPY conf /opt/agent
RUN chown -R app:app /opt/agent
USER app
