FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
ARG CACHE_BUST=1
RUN : "${CACHE_BUST}"
COPY src src
