FROM alpine:3.20
RUN adduser -D app
COPY state.db /data/state.db
RUN chmod a+r /data/state.db
USER app
CMD ["cat", "/data/state.db"]
