FROM alpine:3.20
ENV PATH=/app:$PATH
COPY functions.sh /app/functions.sh
CMD ["sh", "-c", ". /app/functions.sh"]
