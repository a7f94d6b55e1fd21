FROM alpine:3.20
RUN adduser -D app
COPY src /app
COPY settings.json /settings.json
RUN chown -R app:app /app /settings.json
USER app
