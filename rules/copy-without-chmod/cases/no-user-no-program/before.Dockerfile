FROM debian:bookworm-slim
WORKDIR /data
COPY . .
COPY config/ /etc/app/
RUN ls -R /data
