FROM alpine:3.20
COPY state.db /data/state.db
USER 1001
CMD ["cat", "/data/state.db"]
