FROM debian:bookworm-slim
RUN groupadd web && useradd --groups web app
COPY state.txt /srv/app/
USER app:web
