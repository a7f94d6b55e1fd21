FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
ARG CACHE_BUST=1
RUN date > /built
# Run what follows again: docker build --build-arg CACHE_BUST_2=$(date +%s) .
ARG CACHE_BUST_2=1
RUN : "${CACHE_BUST_2}"
COPY src src
