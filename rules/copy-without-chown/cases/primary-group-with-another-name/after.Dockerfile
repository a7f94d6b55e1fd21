FROM debian:bookworm-slim
RUN groupadd --gid 2002 web && useradd --uid 1001 --gid web --no-create-home svc
COPY --chown=svc:web state.txt /app/
USER svc
