FROM alpine:3.20
WORKDIR /srv/app
COPY run.sh .
RUN chmod 755 /srv/app/run.sh
ENTRYPOINT ["./run.sh"]
