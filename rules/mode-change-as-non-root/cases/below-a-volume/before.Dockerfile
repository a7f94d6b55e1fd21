FROM alpine:3.20
RUN adduser -D app
VOLUME /data
COPY seed /data/seed
USER app
RUN chmod -R a+rX /data/seed
CMD ["cat", "/data/seed/a"]
