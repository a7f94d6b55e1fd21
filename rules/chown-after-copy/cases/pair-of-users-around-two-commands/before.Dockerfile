FROM alpine:3.20
RUN adduser -D app
USER app
COPY src /app
COPY docs /docs
USER root
RUN chown -R app:app /app
RUN chown -R app:app /docs
USER app
