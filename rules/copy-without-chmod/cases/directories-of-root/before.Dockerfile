FROM alpine:3.20
RUN adduser -D app
COPY my.conf /root/my.conf
COPY job /etc/cron.d/job
USER app
CMD ["sleep", "60"]
