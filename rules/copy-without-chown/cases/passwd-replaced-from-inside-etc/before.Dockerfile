FROM debian:bookworm-slim
RUN useradd -u 1500 app
WORKDIR /etc
RUN grep -v app passwd > passwd.new; mv passwd.new passwd
WORKDIR /
COPY src /app
RUN echo "app:x:1600:1600::/:/bin/sh" >> /etc/passwd
USER app
