FROM alpine:3.20
COPY <<EOF /run.sh
#!/bin/sh
# COPY x /y
echo started
EOF
RUN chmod 755 /run.sh
ENTRYPOINT ["/run.sh"]
