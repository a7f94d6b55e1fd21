FROM example.com/team/go:1
ENV CGO_ENABLED=0
WORKDIR /app
COPY . .
RUN go build -o /app/shop
CMD ["/app/shop"]
