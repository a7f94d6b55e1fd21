FROM alpine:3.20
RUN adduser -D app
USER app
COPY <<EOF /usr/local/bin/start
#!/bin/sh
echo started
EOF
RUN chmod a+x /usr/local/bin/start
CMD ["start"]
