FROM alpine:3.20
WORKDIR /app
copy run.sh .
run chmod 755 /app/run.sh
ENTRYPOINT ["./run.sh"]
