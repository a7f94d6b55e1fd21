FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chown=app:app --chmod=700 run.sh /usr/local/bin/run
CMD ["run"]
