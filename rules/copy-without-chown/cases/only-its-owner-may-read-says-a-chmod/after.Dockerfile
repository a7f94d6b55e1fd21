FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app settings.json /app/settings.json
RUN chmod 600 /app/settings.json
USER app
