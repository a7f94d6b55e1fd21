FROM alpine:3.20
RUN adduser -D app
VOLUME /data
COPY seed /data/seed
RUN chmod -R a+rX /data/seed
USER app
CMD ["cat", "/data/seed/a"]
