FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY . .
USER app
RUN <<EOF
chmod +x one.sh
chmod +x two.sh
EOF
CMD ["./one.sh"]
