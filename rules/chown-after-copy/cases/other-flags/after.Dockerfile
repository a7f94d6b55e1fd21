FROM alpine:3.20
RUN adduser -D app
COPY --chmod=750 --chown=app:app src /app
USER app
