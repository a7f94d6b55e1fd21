FROM python:3.11-slim
WORKDIR /app
COPY server/requirements.txt ./
RUN pip install -r requirements.txt
COPY server .
CMD ["python3", "app.py"]
