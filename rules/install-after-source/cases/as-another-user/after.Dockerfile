FROM python:3.11-slim
WORKDIR /app
USER 1000
COPY --chown=1000 requirements.txt ./
RUN pip install -r requirements.txt
COPY --chown=1000 . .
CMD ["python3", "app.py"]
