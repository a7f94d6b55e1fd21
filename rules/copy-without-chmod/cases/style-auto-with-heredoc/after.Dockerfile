FROM alpine:3.20
COPY --chmod=755 <<'EOF' /run.sh
#!/bin/sh
echo started
EOF
COPY --chmod=755 check.sh /check.sh
HEALTHCHECK CMD ["/check.sh"]
ENTRYPOINT ["/run.sh"]
