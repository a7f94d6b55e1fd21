FROM alpine:3.20
COPY run.sh /app/run.sh
RUN rm -rf /app && mkdir /app && wget -O /app/run.sh https://example.com/run.sh
ENTRYPOINT ["/app/run.sh"]
