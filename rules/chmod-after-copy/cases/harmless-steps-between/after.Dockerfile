FROM alpine:3.20
COPY --chmod=755 entrypoint.sh /entrypoint.sh
ENV COLOR=blue
LABEL version=1
RUN mkdir -p /data
COPY other.txt /other.txt
WORKDIR /tmp
ENTRYPOINT ["/entrypoint.sh"]
