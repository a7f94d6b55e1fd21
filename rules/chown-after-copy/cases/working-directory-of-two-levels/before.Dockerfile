FROM alpine:3.20
RUN adduser -D app
WORKDIR /usr/src/app
COPY src .
RUN chown -R app:app /usr/src/app
USER app
