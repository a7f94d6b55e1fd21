FROM alpine:3.20
RUN adduser -D app

# Never as root.
USER app

COPY scripts /opt/scripts
ENV MODE=production
RUN chmod -R a+x /opt/scripts

CMD ["/opt/scripts/run.sh"]
