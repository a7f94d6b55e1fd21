FROM debian:bookworm-slim
RUN useradd app
RUN apt-get update && apt-get install -y datadog-agent=1:7.50
COPY --chown=app:app conf /opt/datadog-agent
USER app
