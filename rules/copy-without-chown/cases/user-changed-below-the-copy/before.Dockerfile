FROM alpine:3.20
RUN adduser -D -u 1001 app
COPY state.txt /app/
RUN sed -i 's/^app:x:1001:/app:x:1234:/' /etc/passwd
USER app
