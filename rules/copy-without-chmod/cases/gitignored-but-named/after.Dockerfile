FROM python:3.11-slim
RUN useradd -m app
WORKDIR /app
COPY app.py .
COPY local.yaml /etc/app/local.yaml
RUN chmod 644 /etc/app/local.yaml
USER app
CMD ["python3", "app.py"]
