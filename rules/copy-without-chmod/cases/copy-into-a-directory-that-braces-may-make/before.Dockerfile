FROM debian:bookworm-slim
RUN mkdir -p /opt/{data,app.yaml}
COPY app.yaml /opt/app.yaml
USER 1001
CMD ["cat", "/opt/app.yaml"]
