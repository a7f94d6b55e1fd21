FROM debian:bookworm-slim
COPY passwd /etc/passwd
COPY --chown=1000:0 state.txt /app/
USER 1000
