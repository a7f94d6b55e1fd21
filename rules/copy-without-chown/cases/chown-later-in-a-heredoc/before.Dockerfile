FROM alpine:3.20
COPY state.txt /app/
RUN <<SCRIPT
set -eux
adduser -D app
chown -R app:app /app
SCRIPT
USER app
