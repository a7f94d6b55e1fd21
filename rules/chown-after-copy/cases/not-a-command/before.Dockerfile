FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN echo chown -R app:app /app; echo done # chown -R app:app /app
USER app
