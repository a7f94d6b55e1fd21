FROM alpine:3.20
USER 1001
RUN true
USER 0:0
COPY app.yaml /etc/app.yaml
CMD ["cat", "/etc/app.yaml"]
