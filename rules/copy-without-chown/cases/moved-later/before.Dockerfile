FROM alpine:3.20
RUN adduser -D app
COPY jobs /tmp/jobs
RUN mv /tmp/jobs /etc/crontabs/app
USER app
