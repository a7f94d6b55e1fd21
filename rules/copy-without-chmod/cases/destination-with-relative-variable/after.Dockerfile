FROM alpine:3.20
WORKDIR /opt
ENV NAME=app
COPY run.sh $NAME/run.sh
RUN chmod 755 "$NAME/run.sh"
ENTRYPOINT ["/opt/app/run.sh"]
