FROM alpine:3.20
COPY --chmod=0755 run.sh /app/run.sh
RUN true
ENTRYPOINT ["/app/run.sh"]
