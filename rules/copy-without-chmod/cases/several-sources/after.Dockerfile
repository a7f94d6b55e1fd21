FROM alpine:3.20
COPY start.sh check.sh notes.txt /app/
RUN chmod 755 /app/check.sh /app/start.sh
HEALTHCHECK CMD /app/check.sh
CMD ["/app/start.sh"]
