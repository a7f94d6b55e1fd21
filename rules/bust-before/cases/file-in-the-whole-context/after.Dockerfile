FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN : "${CACHE_BUST}"
COPY . .
