FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN python3 tools/pin.py && pip install -r requirements.txt
