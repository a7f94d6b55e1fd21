FROM alpine:3.20
USER app
COPY run.sh /run.sh
RUN chmod 755 /run.sh
