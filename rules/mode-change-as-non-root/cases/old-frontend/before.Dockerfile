# syntax=docker/dockerfile:1.0
FROM alpine:3.20
RUN adduser -D app
USER app
COPY run.sh /opt/run.sh
RUN chmod 755 /opt/run.sh
CMD ["/opt/run.sh"]
