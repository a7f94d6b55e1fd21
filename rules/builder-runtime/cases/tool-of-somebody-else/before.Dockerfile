FROM golang:1.22
ENV CGO_ENABLED=0
RUN go install example.org/tools/id@v1.2.0
ENTRYPOINT ["id"]
CMD ["-u"]
