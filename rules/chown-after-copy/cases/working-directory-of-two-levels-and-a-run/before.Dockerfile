FROM alpine:3.20
WORKDIR /usr/src/app
RUN adduser -D app
COPY src .
RUN chown -R app:app /usr/src/app
USER app
