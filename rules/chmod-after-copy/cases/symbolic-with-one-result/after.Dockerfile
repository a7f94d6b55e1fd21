FROM alpine:3.20
COPY --chmod=755 bin /opt/demo
CMD ["/opt/demo/start"]
