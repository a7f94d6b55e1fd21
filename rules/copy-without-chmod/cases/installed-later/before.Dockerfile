FROM debian:bookworm-slim
COPY run.sh /app/run.sh
RUN install -m 755 /app/run.sh /usr/local/bin/run.sh && rm /app/run.sh && ln -s /usr/local/bin/run.sh /app/run.sh
ENTRYPOINT ["/app/run.sh"]
