FROM alpine:3.20
COPY tree /tree
RUN chmod -R 755 /tree
