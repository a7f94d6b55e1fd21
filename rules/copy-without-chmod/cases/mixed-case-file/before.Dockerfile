FROM alpine:3.20
WORKDIR /app
copy run.sh .
ENTRYPOINT ["./run.sh"]
