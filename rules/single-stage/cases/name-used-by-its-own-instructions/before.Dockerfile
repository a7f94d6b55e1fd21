FROM python:3.11-slim AS web
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
COPY --from=WEB /a /a
