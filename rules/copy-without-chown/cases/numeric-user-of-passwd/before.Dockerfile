FROM alpine:3.20
RUN addgroup -g 2002 web && adduser -D -u 1001 -G web app
COPY state.txt /app/
USER 1001
