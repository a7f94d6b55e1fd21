FROM alpine:3.20
RUN adduser -D app
COPY src /app
USER app
ENV COLOR=blue
USER root
RUN chown -R app:app /app
USER app
