FROM alpine:3.20
RUN adduser -D app
COPY --chmod=750 src /app
RUN chown -R app:app /app
USER app
