FROM golang:1.23-alpine
WORKDIR /app
COPY . .
RUN go vet ./... && go build -o id .
EXPOSE 8080
CMD ./id -u
