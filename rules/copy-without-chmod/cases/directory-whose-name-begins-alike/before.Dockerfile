FROM alpine:3.20
RUN mkdir -p /opt/app.yaml.d
COPY app.yaml /opt/app.yaml
USER 1001
CMD ["cat", "/opt/app.yaml"]
