FROM alpine:3.20 AS app
ADD https://example.com/tool.sh /srv/
