FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN chmod -R a+rX /app/config
USER 1001
CMD ["python3", "app.py"]
