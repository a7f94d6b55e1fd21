FROM alpine:3.20
RUN adduser -D app
COPY --chown=1000:1000 src /app
USER app
