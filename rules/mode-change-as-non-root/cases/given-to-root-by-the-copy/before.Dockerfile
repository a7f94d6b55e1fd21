FROM alpine:3.20
RUN adduser -D app
COPY --chown=root:root tools /tools
USER app
RUN chmod -R a+rx /tools
CMD ["/tools/run.sh"]
