FROM alpine:3.20
RUN adduser -D app && adduser -D web
USER web
COPY --chown=app:app src /app
USER root
USER app
