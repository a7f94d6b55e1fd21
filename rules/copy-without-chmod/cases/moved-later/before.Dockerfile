FROM alpine:3.20
COPY run.sh /app/run.sh
COPY other.sh /src/run.sh
RUN mkdir /opt/app && mv /src/run.sh /app/run.sh && true
ENTRYPOINT ["/app/run.sh"]
