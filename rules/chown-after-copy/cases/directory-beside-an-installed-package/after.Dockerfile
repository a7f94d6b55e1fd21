FROM debian:bookworm-slim
RUN useradd app
RUN apt-get update && apt-get install -y $PACKAGES
COPY --chown=app:app conf /agent
USER app
