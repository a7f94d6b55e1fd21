FROM alpine:3.20 AS deps
RUN date > /deps
FROM deps AS app
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
# the build
RUN echo built > /out
