FROM alpine:3.20
WORKDIR /app
COPY server.sh .
CMD ["sh", "-c", "echo starting && exec ./server.sh"]
