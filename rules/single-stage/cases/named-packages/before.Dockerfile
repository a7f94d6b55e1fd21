FROM python:3.11-slim
WORKDIR /app
RUN pip install --upgrade pip
RUN pip install "flask==3.0.3" gunicorn
COPY app.py ./
CMD ["gunicorn", "app:app"]
