FROM debian:bookworm-slim
COPY . /app
COPY Dockerfile /app/recipe
