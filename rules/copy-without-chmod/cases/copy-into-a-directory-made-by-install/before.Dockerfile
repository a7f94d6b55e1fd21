FROM debian:bookworm-slim
RUN install -d -m 0755 -o root /opt/app
COPY app.yaml /opt/app
USER 1001
CMD ["cat", "/opt/app/app.yaml"]
