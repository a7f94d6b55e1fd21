FROM alpine:3.20
RUN adduser -D app
COPY scripts /opt/scripts
USER app
ENV MODE=production
RUN chmod -R a+x /opt/scripts
CMD ["/opt/scripts/run.sh"]
