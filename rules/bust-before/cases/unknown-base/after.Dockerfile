FROM registry.example.com/team/base:1
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN : "${CACHE_BUST}"
COPY src /
