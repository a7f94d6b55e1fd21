FROM alpine:3.20
ENTRYPOINT ["/run.sh"]
COPY <<EOF /run.sh
#!/bin/sh
echo started
EOF