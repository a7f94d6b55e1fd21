FROM python:3.11-slim
WORKDIR /app

COPY requirements.txt ./

# What they need.
RUN pip install -r requirements.txt

# The sources.
COPY . .

CMD ["python3", "app.py"]
