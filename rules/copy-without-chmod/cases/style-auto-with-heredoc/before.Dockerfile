FROM alpine:3.20
COPY <<'EOF' /run.sh
#!/bin/sh
echo started
EOF
COPY check.sh /check.sh
HEALTHCHECK CMD ["/check.sh"]
ENTRYPOINT ["/run.sh"]
