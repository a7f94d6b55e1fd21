FROM alpine:3.20
RUN adduser -D app
USER app
COPY run.sh /usr/local/bin/run
RUN chown app:app /usr/local/bin/run && chmod 700 /usr/local/bin/run
CMD ["run"]
