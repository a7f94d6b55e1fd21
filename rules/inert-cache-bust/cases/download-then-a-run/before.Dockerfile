FROM alpine:3.20
ARG CACHE_BUST=1
ADD https://example.com/tool.sh /usr/local/bin/
RUN sh /usr/local/bin/tool.sh
