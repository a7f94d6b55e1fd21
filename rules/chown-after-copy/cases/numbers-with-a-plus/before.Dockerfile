FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN chown -R +1000:+1000 /app
USER app
