FROM alpine:3.20
COPY <<EOF /entrypoint.sh
#!/bin/sh
exec "\$@"
EOF
RUN chmod +x /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
CMD ["echo", "started"]
