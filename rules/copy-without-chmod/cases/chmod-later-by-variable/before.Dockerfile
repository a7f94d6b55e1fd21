FROM alpine:3.20
COPY run.sh /app/run.sh
ARG SCRIPT
RUN chmod +x $SCRIPT
ENTRYPOINT ["/app/run.sh"]
