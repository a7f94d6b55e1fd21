FROM registry.example.com/team/base:1
COPY --chown=app state.txt /app/
USER app
