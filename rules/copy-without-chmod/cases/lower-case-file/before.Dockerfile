from alpine:3.20 as app
workdir /app
copy run.sh .
entrypoint ["./run.sh"]
