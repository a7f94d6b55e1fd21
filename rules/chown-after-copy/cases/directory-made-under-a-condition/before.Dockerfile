FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN if [ -e /app/with-logs ]; then mkdir /app/logs; fi
RUN chown -R app:app /app
USER app
