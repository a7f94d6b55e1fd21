FROM alpine:3.20
RUN echo 'app:x:1001:1001::/app:/bin/sh' >>/etc/passwd
COPY --chown=app state.txt /app/
USER app
