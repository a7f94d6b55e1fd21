FROM debian:bookworm-slim
RUN useradd app
RUN apt-get update && apt-get install -y datadog-agent=1:7.50
COPY conf /opt/datadog-agent
RUN chown -R app:app /opt/datadog-agent
USER app
