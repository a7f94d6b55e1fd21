FROM alpine:3.20
COPY state.db /data/state.db
COPY log.db /data/log.db
USER 1001:0
CMD ["cat", "/data/state.db", "/data/log.db"]
