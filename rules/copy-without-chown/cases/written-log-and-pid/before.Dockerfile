FROM alpine:3.20
RUN adduser -D -u 1001 app
COPY --from=registry.example.com/team/base:1 /usr/local/bin /opt/code
COPY app.conf /opt/app.conf
COPY empty.log /opt/run/app.log
COPY empty.pid /opt/state/app.pid
USER app
