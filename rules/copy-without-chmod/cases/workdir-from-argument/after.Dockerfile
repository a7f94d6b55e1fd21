FROM alpine:3.20
ARG D=/srv/a
WORKDIR $D
COPY run.sh .
RUN chmod 755 /srv/a/run.sh
CMD ["./run.sh"]
