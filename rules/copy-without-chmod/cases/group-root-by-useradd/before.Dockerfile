FROM debian:bookworm-slim
RUN useradd -g 0 -u 1001 app
COPY data.txt /data/data.txt
USER 1001
CMD ["cat", "/data/data.txt"]
