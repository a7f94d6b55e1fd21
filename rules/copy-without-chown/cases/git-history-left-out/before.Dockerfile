FROM golang:1.22-alpine
RUN adduser -D -u 1001 app
WORKDIR /src
COPY . .
RUN sh build.sh /usr/local/bin/app
USER app
CMD ["app"]
