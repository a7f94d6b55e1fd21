FROM alpine:3.20
RUN touch /marker && mkdir -pm 755 /opt/data /opt/app
COPY app.yaml /opt/app
RUN chmod 644 /opt/app/app.yaml
USER 1001
CMD ["cat", "/opt/app/app.yaml"]
