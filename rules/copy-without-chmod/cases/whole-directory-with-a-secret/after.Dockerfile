FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN chmod 644 /app/config/a.json /app/config/b.json /app/config/c.json /app/config/d.json
USER 1001
CMD ["python3", "app.py"]
