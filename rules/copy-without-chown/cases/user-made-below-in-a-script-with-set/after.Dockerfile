FROM debian:bookworm-slim
# Who runs it.
RUN set -eux; \
    groupadd --system --gid 999 app; \
    useradd --system --uid 999 --gid app --home-dir /nonexistent app

COPY --chown=app:app state.txt /app/

USER app
