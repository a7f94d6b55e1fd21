FROM debian:bookworm-slim
COPY users.txt /app/users.txt
RUN newusers /app/users.txt
USER app
