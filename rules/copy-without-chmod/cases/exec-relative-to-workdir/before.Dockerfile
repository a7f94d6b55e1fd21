FROM alpine:3.20
WORKDIR /srv/app
COPY run.sh .
ENTRYPOINT ["./run.sh"]
