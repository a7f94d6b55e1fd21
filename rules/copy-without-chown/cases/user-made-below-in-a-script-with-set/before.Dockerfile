FROM debian:bookworm-slim
COPY state.txt /app/

# Who runs it.
RUN set -eux; \
    groupadd --system --gid 999 app; \
    useradd --system --uid 999 --gid app --home-dir /nonexistent app

USER app
