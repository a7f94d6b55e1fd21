FROM alpine:3.20
COPY --chown=0:0 conf /etc/demo
RUN adduser -D app
COPY src /app
RUN mkdir -p /data \
    && touch /data/ready \
    && chown -R app:app /app
USER app
