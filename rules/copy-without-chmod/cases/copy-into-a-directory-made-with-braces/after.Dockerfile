FROM debian:bookworm-slim
SHELL ["/bin/bash", "-c"]
RUN mkdir -p /opt/{data,app}
COPY app.yaml /opt/app
RUN chmod 644 /opt/app/app.yaml
USER 1001
CMD ["cat", "/opt/app/app.yaml"]
