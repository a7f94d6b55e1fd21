FROM alpine:3.20
ADD bundle.tar.gz /opt/
COPY app.yaml /opt/app
USER 1001
CMD ["/opt/server"]
