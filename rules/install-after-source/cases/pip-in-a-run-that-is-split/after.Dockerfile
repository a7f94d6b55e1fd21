FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN python3 app.py > /out.txt
CMD ["python3", "app.py"]
