FROM alpine:3.20
RUN adduser -D app
COPY data /srv/data
USER app
RUN chown -R app /srv/data
CMD ["sh", "-c", "echo x > /srv/data/new && ls /srv/data"]
