FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app --chmod=750 src /app
USER app
