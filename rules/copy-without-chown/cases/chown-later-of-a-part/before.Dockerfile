FROM alpine:3.20
RUN adduser -D -u 1001 app
WORKDIR /app
COPY . .
RUN mkdir -p uploads && chown app:app uploads
USER app
