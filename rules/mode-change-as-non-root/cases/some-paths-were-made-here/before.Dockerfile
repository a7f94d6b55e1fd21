FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY start.sh /home/app/
RUN touch made.sh
RUN chmod +x start.sh made.sh
CMD ["./start.sh"]
