FROM alpine:3.20
RUN adduser -D app && mkdir /gateway && chown app /gateway
USER app
COPY *.txt /gateway/
RUN chmod 755 /gateway
CMD ["ls", "/gateway"]
