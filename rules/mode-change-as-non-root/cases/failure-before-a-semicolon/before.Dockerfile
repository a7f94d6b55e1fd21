FROM alpine:3.20
RUN adduser -D app
USER app
COPY run.sh /run.sh
RUN chmod +x /run.sh; echo done
CMD ["sh", "/run.sh"]
