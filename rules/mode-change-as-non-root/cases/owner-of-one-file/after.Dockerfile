FROM alpine:3.20
RUN addgroup -S web && adduser -S -G web app
USER app
COPY --chown=app:web state.txt /var/state.txt
CMD ["sh", "-c", "echo more >> /var/state.txt && cat /var/state.txt"]
