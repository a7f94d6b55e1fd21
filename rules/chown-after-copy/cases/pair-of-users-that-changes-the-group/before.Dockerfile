FROM alpine:3.20
RUN adduser -D app
USER app
COPY src /app
USER root
RUN chown -R app:app /app
USER app:users
