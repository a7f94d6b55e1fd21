FROM alpine:3.20
RUN adduser -D app
ADD src.tar.gz /app
RUN chown -R app:app /app
USER app
