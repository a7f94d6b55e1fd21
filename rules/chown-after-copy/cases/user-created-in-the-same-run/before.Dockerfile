FROM alpine:3.20
WORKDIR /app
COPY . .
RUN addgroup -S app && adduser -S -D -G app app && chown -R app:app /app
USER app
