FROM alpine:3.20
COPY entrypoint.sh /entrypoint.sh
ENV COLOR=blue
LABEL version=1
RUN mkdir -p /data
COPY other.txt /other.txt
WORKDIR /tmp
RUN chmod 755 /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
