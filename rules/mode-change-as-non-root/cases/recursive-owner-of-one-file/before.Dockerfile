FROM alpine:3.20
RUN adduser -D app
USER app
COPY state.txt /srv/state.txt
RUN chown -R app:app /srv/state.txt
CMD ["sh", "-c", "echo more >> /srv/state.txt && cat /srv/state.txt"]
