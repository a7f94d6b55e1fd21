FROM alpine:3.20
RUN adduser -D app
COPY run.sh /run.sh
RUN chmod 755 /run.sh
RUN chmod u+x /run.sh
USER app
CMD /run.sh
