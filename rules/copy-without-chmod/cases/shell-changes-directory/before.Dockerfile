FROM alpine:3.20
WORKDIR /app
COPY start.sh /app/start.sh
COPY tools/start.sh /tools/start.sh
CMD cd /tools && ./start.sh
