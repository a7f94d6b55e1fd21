FROM alpine:3.20
RUN adduser -D app
ADD https://example.com/a%20b.json /opt/
USER app
CMD ["ls", "/opt"]
