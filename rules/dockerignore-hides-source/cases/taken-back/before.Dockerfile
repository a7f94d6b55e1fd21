FROM scratch
COPY config/settings.json /app/
