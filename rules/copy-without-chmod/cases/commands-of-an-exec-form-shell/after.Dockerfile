FROM alpine:3.20
WORKDIR /app
COPY server.sh .
RUN chmod 755 /app/server.sh
CMD ["sh", "-c", "echo starting && exec ./server.sh"]
