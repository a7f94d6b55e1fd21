FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chown=app:app run.sh /home/app/run.sh
ENTRYPOINT ["/home/app/run.sh"]
