FROM alpine:3.20
COPY run.sh /usr/local/bin
COPY app.yaml /etc
USER 1001
CMD ["run.sh"]
