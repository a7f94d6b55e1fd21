FROM alpine:3.20
COPY --chmod=755 start.sh /start.sh
RUN rm /nothing || true
ENTRYPOINT ["/start.sh"]
