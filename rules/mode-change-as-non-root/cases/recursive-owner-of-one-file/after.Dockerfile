FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chown=app:app state.txt /srv/state.txt
CMD ["sh", "-c", "echo more >> /srv/state.txt && cat /srv/state.txt"]
