FROM alpine:3.20
RUN adduser -D app
# The program.
COPY src /app
# It writes beside itself, so
# everything is the user's.
RUN chown -R app:app /app

# From here on nothing needs root.
USER app
