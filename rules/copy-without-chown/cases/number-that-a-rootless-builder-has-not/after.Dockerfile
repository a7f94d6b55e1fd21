FROM alpine:3.20
COPY --chown=1000660000:0 state.txt /app/
USER 1000660000
