FROM alpine:3.20
RUN adduser -D app
USER app
COPY run.sh /run.sh
RUN if [ -e /never ]; then chmod +x /run.sh; fi
CMD ["sh", "/run.sh"]
