FROM python:3.11-slim
RUN useradd -m app
WORKDIR /app
COPY base.txt /base.txt
ONBUILD COPY . .
ONBUILD USER app
CMD ["python3", "app.py"]
