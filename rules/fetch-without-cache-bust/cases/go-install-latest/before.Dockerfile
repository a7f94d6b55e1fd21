FROM golang:1.22
RUN go install example.com/cmd/tool@latest
WORKDIR /src
