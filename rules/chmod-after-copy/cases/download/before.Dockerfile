FROM alpine:3.20
ADD https://example.com/releases/v1/tool /usr/local/bin/tool
RUN chmod 755 /usr/local/bin/tool
CMD ["tool"]
