FROM alpine:3.20
RUN adduser -D app
COPY scripts /opt/scripts
RUN chmod -R a+x /opt/scripts
USER app
COPY --chmod=755 one.sh /opt/
COPY --chown=app:app two.sh /opt/
RUN chmod u+x /opt/two.sh
CMD ["/opt/scripts/run.sh"]
