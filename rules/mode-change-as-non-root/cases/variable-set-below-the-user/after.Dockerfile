FROM alpine:3.20
RUN adduser -D app
COPY bin /srv/bin
ENV BIN=/srv/bin
RUN chmod -R a+x "$BIN"
USER app
CMD ["/srv/bin/run.sh"]
