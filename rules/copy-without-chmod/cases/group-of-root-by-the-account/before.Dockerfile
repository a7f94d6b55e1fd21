FROM debian:bookworm-slim
RUN groupadd web && useradd --gid root app
COPY data.txt /data/data.txt
USER app
CMD ["cat", "/data/data.txt"]
