FROM alpine:3.20
RUN adduser -D app
COPY src /app
USER app
RUN touch /app/mine || touch /tmp/not-allowed
USER root
RUN chown -R app:app /app
USER app
