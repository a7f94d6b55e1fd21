FROM alpine:3.20
ARG D=/srv/a
WORKDIR $D
COPY run.sh .
CMD ["./run.sh"]
