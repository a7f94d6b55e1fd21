FROM alpine:3.20
RUN adduser -D app
COPY <<EOF /etc/demo.conf
a = 1
EOF
RUN chown app:app /etc/demo.conf
USER app
