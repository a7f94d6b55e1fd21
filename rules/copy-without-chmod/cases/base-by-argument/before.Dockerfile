ARG BASE=alpine:3.20
FROM ${BASE}
COPY run.sh /run.sh
ENTRYPOINT ["/run.sh"]
