FROM alpine:3.20
WORKDIR /usr/src/app
RUN adduser -D app
COPY --chown=app:app src .
RUN chown app:app /usr/src/app
USER app
