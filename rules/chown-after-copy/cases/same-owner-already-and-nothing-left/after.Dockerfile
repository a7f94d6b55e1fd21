FROM alpine:3.20
RUN adduser -D app
# Just to be sure.
COPY --chown=app:app src /app
USER app
