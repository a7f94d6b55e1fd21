FROM alpine:3.20
RUN adduser -D app
COPY src /store
RUN chown -R app:app /store
VOLUME /store
USER app
