FROM alpine:3.20
RUN adduser -D -u 1001 app && mkdir /app && chown app:app /app
WORKDIR /app
COPY . .
USER app
