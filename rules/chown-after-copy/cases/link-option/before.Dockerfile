FROM alpine:3.20
RUN adduser -D app
COPY --link src /app
RUN chown -R app:app /app
USER app
