FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN rm /nothing; chown -R app:app /app
USER app
