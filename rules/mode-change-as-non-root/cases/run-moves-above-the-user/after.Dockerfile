FROM alpine:3.20
RUN adduser -D app
COPY scripts /opt/scripts
RUN chmod -R a+x /opt/scripts
USER app
ENV MODE=production
CMD ["/opt/scripts/run.sh"]
