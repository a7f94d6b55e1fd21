FROM alpine:3.20
RUN adduser -D app
WORKDIR /usr/src/app
COPY --chown=app:app src .
RUN chown app:app /usr/src/app
USER app
