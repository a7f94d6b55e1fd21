FROM alpine:3.20 AS base
COPY run.sh /run.sh
RUN chmod 755 /run.sh

FROM alpine:3.20
COPY run.sh /run.sh
RUN chmod 755 /run.sh
ENTRYPOINT ["/run.sh"]
