FROM alpine:3.20
RUN adduser -D app
USER app
COPY run.sh /run.sh
USER root
RUN chmod +x /run.sh
USER app
CMD ["/run.sh"]
