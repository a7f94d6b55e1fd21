FROM alpine:3.20
COPY --chown=1001:2002 state.txt /app/
USER 1001:2002
