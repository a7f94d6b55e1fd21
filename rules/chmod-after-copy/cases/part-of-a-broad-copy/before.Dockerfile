FROM alpine:3.20
WORKDIR /app
COPY . .
RUN chmod +x start.sh
CMD ["/app/start.sh"]
