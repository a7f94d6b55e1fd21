from alpine:3.20 as app
workdir /app
copy run.sh .
run chmod 755 /app/run.sh
entrypoint ["./run.sh"]
