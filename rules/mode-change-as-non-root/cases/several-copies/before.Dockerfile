FROM alpine:3.20
RUN adduser -D app
USER app
COPY one.sh /usr/local/bin/
COPY two.sh /usr/local/bin/two
RUN chmod 0755 /usr/local/bin/one.sh /usr/local/bin/two
CMD ["two"]
