FROM golang:1.22-alpine
RUN adduser -D -u 1001 app
WORKDIR /src
COPY --chown=app:app . .
RUN sh build.sh /usr/local/bin/app
USER app
CMD ["app"]
