FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN chmod 644 /app/state.dat
USER 1001
CMD ["python3", "app.py"]
