FROM debian:12 AS tools
RUN apt-get update && apt-get install -y curl
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN <<EOF
set -e
curl -fsSLo /tool https://example.com/latest/tool
EOF

FROM debian:12
COPY app /app
