FROM alpine:3.20
ADD --chmod=755 https://example.com/releases/v1/tool /usr/local/bin/tool
CMD ["tool"]
