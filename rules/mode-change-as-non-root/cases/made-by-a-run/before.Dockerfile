FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY . .
RUN echo 'echo made' > /tmp/made.sh && chmod +x /tmp/made.sh
CMD ["sh", "/tmp/made.sh"]
