FROM python:3.11-slim
WORKDIR /app
ENV VIRTUAL_ENV=/app/.venv PATH=/app/.venv/bin:$PATH
COPY . .
RUN pip install -r requirements.txt
