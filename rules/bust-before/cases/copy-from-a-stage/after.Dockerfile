FROM alpine:3.20 AS build
RUN echo built > /out
FROM alpine:3.20
RUN adduser -D app
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN : "${CACHE_BUST}"
COPY --from=build /out /srv/
