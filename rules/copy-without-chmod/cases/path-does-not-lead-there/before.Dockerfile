FROM alpine:3.20
WORKDIR /app
COPY run.sh /app/
ENTRYPOINT ["run.sh"]
