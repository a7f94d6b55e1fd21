FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN stat -c %g /app/a.txt > /gid
RUN chown -R app:app /app
USER app
