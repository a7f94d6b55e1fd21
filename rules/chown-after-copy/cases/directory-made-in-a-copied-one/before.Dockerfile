FROM alpine:3.20
COPY html /html
RUN mkdir /html/files && chown -R 1001:1001 /html
USER 1001
