FROM alpine:3.20
COPY run.sh /app/run.sh
RUN touch /app/ready
COPY other/run.sh /app/
ENTRYPOINT ["/app/run.sh"]
