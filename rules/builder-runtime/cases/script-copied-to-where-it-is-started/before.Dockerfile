FROM golang:1.23-alpine
WORKDIR /app
COPY . .
RUN cp start.sh /usr/bin/start.sh && go build -o /usr/bin/shop
ENTRYPOINT ["/usr/bin/start.sh"]
