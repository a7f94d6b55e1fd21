FROM python:3.11-slim
WORKDIR /app
COPY --chmod=777 . .
RUN chmod 777 /app
USER 1001
CMD ["python3", "main.py"]
