FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chown=app:app run.sh /home/app/
RUN chmod +x /home/app/run.sh
CMD ["/home/app/run.sh"]
