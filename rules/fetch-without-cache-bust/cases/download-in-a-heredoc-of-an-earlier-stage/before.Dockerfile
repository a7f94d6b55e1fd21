FROM debian:12 AS tools
RUN apt-get update && apt-get install -y curl
RUN <<EOF
set -e
curl -fsSLo /tool https://example.com/latest/tool
EOF

FROM debian:12
COPY app /app
