FROM alpine:3.20
COPY --chmod=755 entrypoint.sh /entrypoint.sh
RUN mkdir /data && chmod 755 /data
ENTRYPOINT ["/entrypoint.sh"]
