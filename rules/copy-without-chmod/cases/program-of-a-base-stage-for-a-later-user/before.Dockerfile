FROM alpine:3.20 AS base
COPY tool /usr/local/bin/tool
ENTRYPOINT tool

FROM base AS middle
RUN adduser -D app

FROM middle
USER app
