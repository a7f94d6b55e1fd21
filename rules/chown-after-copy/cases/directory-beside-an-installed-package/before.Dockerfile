FROM debian:bookworm-slim
RUN useradd app
RUN apt-get update && apt-get install -y $PACKAGES
COPY conf /agent
RUN chown -R app:app /agent
USER app
