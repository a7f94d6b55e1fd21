FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY config config
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN : "${CACHE_BUST}"
COPY src src
CMD ["cat", "src/app.py"]
