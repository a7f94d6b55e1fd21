FROM python:3.11-slim
WORKDIR /app

# The sources.
COPY . .

# What they need.
RUN pip install -r requirements.txt

CMD ["python3", "app.py"]
