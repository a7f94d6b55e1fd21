FROM alpine:3.20
RUN adduser -D app
COPY data /srv/data
RUN chown -R app /srv/data
USER app
CMD ["sh", "-c", "echo x > /srv/data/new && ls /srv/data"]
