FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
COPY --chown=nginx:nginx index.html /srv/
USER nginx
RUN echo hello
