FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN cp -a /app /app.orig
RUN chown -R app:app /app
USER app
