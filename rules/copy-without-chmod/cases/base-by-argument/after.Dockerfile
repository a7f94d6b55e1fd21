ARG BASE=alpine:3.20
FROM ${BASE}
COPY run.sh /run.sh
RUN chmod 755 /run.sh
ENTRYPOINT ["/run.sh"]
