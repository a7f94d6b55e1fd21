FROM alpine:3.20
RUN adduser -D app
USER app
COPY key.txt /home/app/key.txt
RUN mkdir -p /home/app/.keys && chmod 600 /home/app/key.txt && cat /home/app/key.txt > /home/app/.keys/main
CMD ["cat", "/home/app/key.txt"]
