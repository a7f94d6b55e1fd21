FROM alpine:3.20
RUN adduser -D app

COPY scripts /opt/scripts
ENV MODE=production
RUN chmod -R a+x /opt/scripts

# Never as root.
USER app

CMD ["/opt/scripts/run.sh"]
