FROM alpine:3.20
COPY --chown=nobody:nobody state.txt /app/
USER nobody
