FROM registry.example.com/team/base:1
WORKDIR /app
COPY --chown=1000:1000 . .
RUN chown 1000:1000 /app
USER 1000
