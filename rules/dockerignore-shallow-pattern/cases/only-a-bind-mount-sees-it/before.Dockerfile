FROM python:3.11-slim
COPY app/main.py /main.py
RUN --mount=type=bind,target=/src cp -r /src/app /app
