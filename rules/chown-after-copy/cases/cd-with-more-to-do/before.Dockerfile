FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN cd /app && chown -R app:app . && ls > /tmp/list
USER app
