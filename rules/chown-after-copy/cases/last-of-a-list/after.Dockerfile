FROM alpine:3.20
COPY --chown=0:0 conf /etc/demo
RUN adduser -D app
COPY --chown=app:app src /app
RUN mkdir -p /data \
    && touch /data/ready
USER app
