FROM alpine:3.20
RUN adduser -D app
ADD server.jar /server.jar
RUN chown app:app /server.jar
USER app
