FROM alpine:3.20
RUN adduser -D app
USER app
COPY scripts /opt/scripts
RUN mkdir -p ~/bin
RUN chmod -R a+rx /opt/scripts ~/bin
CMD ["/opt/scripts/run.sh"]
