FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chmod=755 <<EOF /usr/local/bin/start
#!/bin/sh
echo started
EOF
CMD ["start"]
