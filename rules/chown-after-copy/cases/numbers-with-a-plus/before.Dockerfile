FROM debian:bookworm-slim
COPY src /app
RUN chown -R +1000:+1000 /app
USER 1000
