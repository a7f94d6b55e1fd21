FROM alpine:3.20
COPY run.sh /usr/local/bin
COPY app.yaml /etc
RUN chmod 755 /usr/local/bin/run.sh && chmod 644 /etc/app.yaml
USER 1001
CMD ["run.sh"]
