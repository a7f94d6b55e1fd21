FROM alpine:3.20
RUN adduser -D app
# Settings.
COPY --chown=app:app settings.json /app/
# The program.
# All of it is the user's.
COPY --chown=app:app src /app/src
USER app
