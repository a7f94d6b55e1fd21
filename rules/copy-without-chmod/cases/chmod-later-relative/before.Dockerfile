FROM alpine:3.20
COPY run.sh /app/run.sh
WORKDIR /app
RUN chmod a+x ./run.sh
ENTRYPOINT ["/app/run.sh"]
