FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chmod=0755 one.sh /usr/local/bin/
COPY --chmod=0755 two.sh /usr/local/bin/two
CMD ["two"]
