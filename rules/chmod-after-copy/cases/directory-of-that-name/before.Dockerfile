FROM alpine:3.20
COPY entrypoint.sh /opt
RUN chmod 755 /opt
ENTRYPOINT ["sh", "/opt/entrypoint.sh"]
