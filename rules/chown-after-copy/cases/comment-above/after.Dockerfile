FROM alpine:3.20
RUN adduser -D app
# The program.
# It writes beside itself, so
# everything is the user's.
COPY --chown=app:app src /app

# From here on nothing needs root.
USER app
