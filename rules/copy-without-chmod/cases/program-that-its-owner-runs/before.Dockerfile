FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app tool /usr/local/bin/tool
USER app
CMD ["tool"]
