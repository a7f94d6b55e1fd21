FROM alpine:3.20
RUN adduser -D app
COPY --chown=root:app tool /usr/local/bin/tool
USER app
CMD ["tool"]
