FROM alpine:3.20
RUN adduser -D -u 1001 app
WORKDIR /app
COPY --chown=app:app . .
RUN mkdir -p uploads && chown app:app uploads
USER app
