FROM alpine:3.20
RUN adduser -D app
WORKDIR /home/app
USER app
COPY run.sh ./
RUN chmod u+x run.sh
CMD ["./run.sh"]
