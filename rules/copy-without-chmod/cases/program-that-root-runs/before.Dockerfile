FROM alpine:3.20
COPY tool /usr/local/bin/tool
CMD ["tool"]
