FROM alpine:3.20
COPY entry.sh server.sh /app/
RUN echo "exec sh /app/server.sh" | tee /app/entry.sh
ENTRYPOINT ["sh", "/app/entry.sh"]
