FROM alpine:3.20
RUN adduser -D app
# Settings.
COPY settings.json /app/
# The program.
COPY src /app/src
# All of it is the user's.
RUN chown -R app:app /app
USER app
