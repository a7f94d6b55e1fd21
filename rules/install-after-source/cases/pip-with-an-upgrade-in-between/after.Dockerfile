FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt /app/

RUN pip install --upgrade pip
RUN pip install --no-cache-dir -r /app/requirements.txt && rm -rf /root/.cache/pip
ADD . /app

EXPOSE 8000
CMD ["python3", "app.py"]
