FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY start.sh /home/app/
RUN touch made.sh
USER root
RUN chmod +x start.sh made.sh
USER app
CMD ["./start.sh"]
