FROM python:3.11-slim

RUN useradd -m appuser

WORKDIR /app
COPY . .

USER appuser
# Fails here with "Permission denied" wherever the checkout has mode 600.
RUN cat /app/config/settings.json
CMD ["python3", "/app/app.py"]
