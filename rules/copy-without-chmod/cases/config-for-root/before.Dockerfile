FROM python:3.11-slim
RUN useradd -m app
WORKDIR /app
COPY . .
USER app
RUN python3 -c 'print("as app")'
USER root
CMD ["python3", "/app/app.py"]
