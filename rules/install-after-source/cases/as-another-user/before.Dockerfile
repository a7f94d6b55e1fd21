FROM python:3.11-slim
WORKDIR /app
USER 1000
COPY --chown=1000 . .
RUN pip install -r requirements.txt
CMD ["python3", "app.py"]
