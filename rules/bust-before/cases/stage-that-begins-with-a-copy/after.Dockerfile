FROM alpine:3.20 AS deps
RUN echo 1 > /deps
FROM deps AS App
WORKDIR /app
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN : "${CACHE_BUST}"
COPY src .
