FROM alpine:3.20
COPY run.sh $HOME/run.sh
ENTRYPOINT ["/run.sh"]
