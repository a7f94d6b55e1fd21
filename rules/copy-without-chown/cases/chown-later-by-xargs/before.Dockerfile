FROM alpine:3.20
RUN adduser -D app
COPY state.txt /app/
RUN find /app -print0 | xargs -0 chown app:app
USER app
