FROM alpine:3.20
RUN adduser -D -u 1001 app
COPY --link --chown=1001:1001 state.txt /app/
USER app
