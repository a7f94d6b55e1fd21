FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
ARG CACHEBUST
RUN : "${CACHEBUST}"
COPY src src
