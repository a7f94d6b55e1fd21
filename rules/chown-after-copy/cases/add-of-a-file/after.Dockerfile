FROM alpine:3.20
RUN adduser -D app
ADD --chown=app:app server.jar /server.jar
USER app
