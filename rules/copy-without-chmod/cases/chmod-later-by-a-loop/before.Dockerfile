FROM alpine:3.20
COPY run.sh /app/run.sh
RUN for f in /app/*; do chmod +x "$f"; done
ENTRYPOINT ["/app/run.sh"]
