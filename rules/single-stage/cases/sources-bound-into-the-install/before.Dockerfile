FROM python:3.11-slim
WORKDIR /app
RUN --mount=type=bind,target=. pip install -r requirements.txt
COPY . .
