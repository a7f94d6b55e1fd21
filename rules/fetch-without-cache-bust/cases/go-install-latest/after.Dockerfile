FROM golang:1.22
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN go install example.com/cmd/tool@latest
WORKDIR /src
