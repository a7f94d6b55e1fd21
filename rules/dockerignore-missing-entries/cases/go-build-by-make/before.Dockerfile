FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN make
