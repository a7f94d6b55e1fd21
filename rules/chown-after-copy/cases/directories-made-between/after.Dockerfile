FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY --chown=app:app src .
RUN mkdir -p logs/old tmp && chown app:app /app /app/logs /app/logs/old /app/tmp
USER app
