FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app <<EOF /etc/demo.conf
a = 1
EOF
USER app
