FROM alpine:3.20
COPY scripts /scripts
RUN echo new > /scripts/new
RUN chmod -R 755 /scripts
ENTRYPOINT ["/scripts/start.sh"]
