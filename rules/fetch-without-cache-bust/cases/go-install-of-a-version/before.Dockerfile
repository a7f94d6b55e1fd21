FROM golang:1.22
RUN go install example.com/cmd/tool@v1.2.3
WORKDIR /src
