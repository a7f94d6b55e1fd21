FROM alpine:3.20
COPY start.sh /start.sh
RUN rm /nothing || true && chmod +x /start.sh
ENTRYPOINT ["/start.sh"]
