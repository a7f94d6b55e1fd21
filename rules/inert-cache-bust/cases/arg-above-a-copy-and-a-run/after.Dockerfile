FROM python:3.11-slim
RUN useradd --create-home app
WORKDIR /app
# docker build --build-arg CACHEBUST=$(date +%s) .
ARG CACHEBUST
RUN : "${CACHEBUST}"
COPY app.py .
RUN python3 --version
