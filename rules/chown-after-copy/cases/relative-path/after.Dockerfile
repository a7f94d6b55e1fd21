FROM python:3.11-slim
RUN useradd -m app
WORKDIR /app
COPY --chown=app:app . .
RUN chown app:app .
USER app
