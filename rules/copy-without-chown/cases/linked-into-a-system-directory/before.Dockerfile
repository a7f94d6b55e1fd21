FROM alpine:3.20
RUN adduser -D app
COPY jobs /app/jobs
RUN ln -s /app/jobs /etc/cron.d/jobs
USER app
