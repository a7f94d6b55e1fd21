FROM python:3.11-slim
RUN useradd --create-home app
WORKDIR /app
ARG REFRESHED_AT
RUN : "${REFRESHED_AT}"
LABEL refreshed-at="${REFRESHED_AT}"
COPY app.py .
