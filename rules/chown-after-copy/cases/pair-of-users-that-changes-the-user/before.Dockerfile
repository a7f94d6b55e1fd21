FROM alpine:3.20
RUN adduser -D app && adduser -D web
USER web
COPY src /app
USER root
RUN chown -R app:app /app
USER app
