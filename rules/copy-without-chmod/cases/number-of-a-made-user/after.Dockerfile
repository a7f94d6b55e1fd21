FROM alpine:3.20
RUN adduser -D app
COPY data.txt /data/data.txt
RUN chmod 644 /data/data.txt
USER 1000
CMD ["cat", "/data/data.txt"]
