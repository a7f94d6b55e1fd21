FROM alpine:3.20
USER 1001
COPY --chmod=755 ["run me.sh", "/app/run me.sh"]
CMD ["/app/run me.sh"]
