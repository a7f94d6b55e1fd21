FROM alpine:3.20
RUN adduser -D app
USER app
ADD files.tar /app/
RUN chmod +x /app/run.sh
