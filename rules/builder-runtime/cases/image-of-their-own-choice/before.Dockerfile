FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o /app/id
CMD ["/app/id", "-u"]
