FROM debian:bookworm-slim
WORKDIR /app
COPY . .
RUN cat .coverage > report
