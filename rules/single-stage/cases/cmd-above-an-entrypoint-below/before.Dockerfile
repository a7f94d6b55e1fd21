FROM python:3.11-slim
CMD ["app.py"]
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
ENTRYPOINT ["python3"]
