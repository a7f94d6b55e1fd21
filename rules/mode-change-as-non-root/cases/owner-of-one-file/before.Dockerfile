FROM alpine:3.20
RUN addgroup -S web && adduser -S -G web app
USER app
COPY state.txt /var/state.txt
RUN chown app:web /var/state.txt
CMD ["sh", "-c", "echo more >> /var/state.txt && cat /var/state.txt"]
