FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app src /app
RUN mkdir -p /data /run/app \
    && chown app:app /data /run/app
USER app
