FROM alpine:3.20
RUN adduser -D app
COPY src /opt/demo/app
RUN chown -R app:app /opt/demo
USER app
