FROM alpine:3.20
RUN mkdir -p /opt/app
COPY app.yaml /opt/app
USER 1001
CMD ["cat", "/opt/app/app.yaml"]
