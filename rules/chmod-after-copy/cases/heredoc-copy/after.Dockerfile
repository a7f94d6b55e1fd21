FROM alpine:3.20
COPY --chmod=755 <<EOF /entrypoint.sh
#!/bin/sh
exec "\$@"
EOF
ENTRYPOINT ["/entrypoint.sh"]
CMD ["echo", "started"]
