FROM alpine:3.20
RUN adduser -D app
COPY data /srv/data
RUN chmod -R a+rX /srv/data
USER app