FROM alpine:3.20
RUN adduser -D app && addgroup web && addgroup app web
COPY --chown=root:web tool /usr/local/bin/tool
USER app
CMD ["tool"]
