FROM alpine:3.20
RUN adduser -D app
USER app
COPY conf /home/app/conf
RUN chmod 755 /home/app && mkdir -p /home/app/bin && chmod 700 /home/app/bin
CMD ["ls", "/home/app"]
