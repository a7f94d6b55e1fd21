FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN mkdir /data \
    # It writes beside itself.
    && chown -R app:app /app \
    # And here.
    && chown app:app /data
USER app
