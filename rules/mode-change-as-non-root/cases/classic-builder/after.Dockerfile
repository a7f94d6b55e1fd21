FROM alpine:3.20
RUN adduser -D app
COPY run.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/run.sh
USER app
CMD ["run.sh"]
