FROM debian:bookworm-slim
RUN groupadd --gid 2002 web && useradd --uid 1001 --gid web svc
COPY --chown=svc notes.txt /notes.txt
USER svc
CMD ["cat", "/notes.txt"]
