FROM alpine:3.20
ADD https://example.com/releases/v1/tool /usr/local/bin/
RUN tool --version
CMD ["tool"]
