FROM python:3.11-slim
WORKDIR /app
ENV VIRTUAL_ENV=/app/.venv PATH=/app/.venv/bin:$PATH
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
