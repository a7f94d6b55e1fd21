FROM python:3.11-slim
RUN useradd -m app
WORKDIR /app
COPY . .
RUN chmod 644 /app/data.csv
USER app
CMD ["cat", "data.csv"]
