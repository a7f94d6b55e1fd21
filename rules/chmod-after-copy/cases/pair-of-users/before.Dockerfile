FROM alpine:3.20
RUN adduser -D app
USER app
COPY start.sh /usr/local/bin/start.sh
USER root
RUN chmod 755 /usr/local/bin/start.sh
USER app
CMD ["start.sh"]
