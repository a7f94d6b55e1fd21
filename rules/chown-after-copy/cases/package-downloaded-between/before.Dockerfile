FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY src .
RUN apt-get download curl
RUN chown -R app:app /app
USER app
