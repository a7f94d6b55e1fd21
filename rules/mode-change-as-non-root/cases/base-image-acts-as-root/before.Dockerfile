FROM grafana/grafana:11.0.0
RUN apk add --no-cache curl
COPY run.sh /run.sh
RUN chmod 755 /run.sh
ENTRYPOINT ["/run.sh"]
