FROM alpine:3.20
RUN adduser -D app
COPY data /srv/data
USER app
RUN mkdir -p /tmp/x && chown -R app:app /srv/data /tmp/x && echo more > /srv/data/more
