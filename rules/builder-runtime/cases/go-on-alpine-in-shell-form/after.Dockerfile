FROM golang:1.23-alpine AS build
WORKDIR /app
COPY . .
RUN go vet ./... && go build -o id .

FROM alpine:3
WORKDIR /app
COPY --from=build /app/id /app/id
EXPOSE 8080
CMD ./id -u
