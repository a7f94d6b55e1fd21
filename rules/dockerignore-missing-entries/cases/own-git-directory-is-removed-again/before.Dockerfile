FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN rm -rf .git && find . -name "*.pyc" -delete
CMD ["cat", "/app/main.py"]
