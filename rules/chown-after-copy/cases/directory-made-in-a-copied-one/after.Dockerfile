FROM alpine:3.20
COPY --chown=1001:1001 html /html
RUN mkdir /html/files && chown 1001:1001 /html /html/files
USER 1001
