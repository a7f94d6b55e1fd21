FROM debian:bookworm-slim
COPY bin/ /usr/local/bin/
CMD ["tool"]
