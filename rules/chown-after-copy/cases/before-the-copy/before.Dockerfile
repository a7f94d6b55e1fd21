FROM alpine:3.20
RUN adduser -D app
RUN mkdir /app && chown -R app:app /app
COPY src /app
USER app
