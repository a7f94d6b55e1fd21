FROM alpine:3.20
RUN adduser -D app
COPY src /data
RUN chown -R app:app /data
VOLUME /data
USER app
