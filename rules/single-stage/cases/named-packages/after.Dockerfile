FROM python:3.11-slim AS deps
WORKDIR /app
RUN pip install --upgrade pip
RUN pip install "flask==3.0.3" gunicorn

FROM deps AS app
COPY app.py ./
CMD ["gunicorn", "app:app"]
