FROM debian:bookworm-slim
RUN useradd -m app
COPY app.yaml /home/app
USER app
CMD ["cat", "/home/app/app.yaml"]
