FROM alpine:3.20
RUN adduser -D app
COPY bin /srv/bin
USER app
ENV BIN=/srv/bin
RUN chmod -R a+x "$BIN"
CMD ["/srv/bin/run.sh"]
