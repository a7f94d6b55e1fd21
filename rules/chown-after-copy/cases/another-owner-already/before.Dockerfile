FROM alpine:3.20
RUN adduser -D app
COPY --chown=1500:1500 src /app
RUN chown -R app:app /app
USER app
