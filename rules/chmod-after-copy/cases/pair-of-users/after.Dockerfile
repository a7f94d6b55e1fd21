FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chmod=755 start.sh /usr/local/bin/start.sh
CMD ["start.sh"]
