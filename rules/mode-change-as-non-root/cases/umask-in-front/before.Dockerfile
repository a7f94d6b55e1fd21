FROM alpine:3.20
RUN adduser -D app
USER app
COPY run.sh /opt/run.sh
RUN umask 077 && chmod +x /opt/run.sh
CMD ["sh", "/opt/run.sh"]
