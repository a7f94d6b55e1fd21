FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY --chown=app:app src .
RUN chown \
    app:app \
    /app
USER app
