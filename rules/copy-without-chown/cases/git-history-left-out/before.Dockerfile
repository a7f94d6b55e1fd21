FROM golang:1.22-alpine
RUN adduser -D -u 1001 app
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
USER app
CMD ["app"]
