FROM registry.example.com/team/base:1
WORKDIR /app
COPY . .
RUN chown -R 1000:1000 /app
USER 1000
