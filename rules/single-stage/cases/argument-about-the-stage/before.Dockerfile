FROM python:3.11-slim
ARG BUILDKIT_SBOM_SCAN_STAGE=true
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN true
