FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app src /app
USER app
ENV COLOR=blue
