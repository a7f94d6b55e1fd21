FROM debian:bookworm-slim
COPY run.sh /app/run.sh
RUN sed -i 's/\r$//' /app/run.sh
ENTRYPOINT ["/app/run.sh"]
