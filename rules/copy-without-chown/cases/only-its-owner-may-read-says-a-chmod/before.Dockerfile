FROM alpine:3.20
RUN adduser -D app
COPY settings.json /app/settings.json
RUN chmod 600 /app/settings.json
USER app
