FROM alpine:3.20
COPY start.sh check.sh notes.txt /app/
HEALTHCHECK CMD /app/check.sh
CMD ["/app/start.sh"]
