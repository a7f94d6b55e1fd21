FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt constraints.txt ./
COPY requirements/base.txt ./requirements/
RUN pip install -r requirements.txt
COPY . .
CMD ["python3", "app.py"]
