FROM alpine:3.20
RUN adduser -D app
COPY --chown=root:root tools /tools
RUN chmod -R a+rx /tools
USER app
CMD ["/tools/run.sh"]
