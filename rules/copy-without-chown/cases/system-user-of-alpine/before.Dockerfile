FROM alpine:3.20
RUN addgroup -S web && adduser -S -G web app
COPY state.txt /app/
USER app
