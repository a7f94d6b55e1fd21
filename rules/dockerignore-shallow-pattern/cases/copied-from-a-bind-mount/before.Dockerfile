FROM python:3.11-slim
COPY . /app
RUN --mount=type=bind,source=app/__pycache__,target=/cache cp -r /cache /opt/
