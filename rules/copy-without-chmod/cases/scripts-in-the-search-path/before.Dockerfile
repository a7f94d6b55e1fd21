FROM alpine:3.20
COPY bin/ /usr/local/bin/
CMD ["sleep", "1"]
