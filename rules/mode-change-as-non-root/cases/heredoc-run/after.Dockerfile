FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY . .
RUN <<EOF
chmod +x one.sh
chmod +x two.sh
EOF
USER app
CMD ["./one.sh"]
