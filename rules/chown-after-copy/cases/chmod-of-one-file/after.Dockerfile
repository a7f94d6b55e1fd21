FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app src /app
RUN chmod 755 /app/run.sh
USER app
CMD ["/app/run.sh"]
