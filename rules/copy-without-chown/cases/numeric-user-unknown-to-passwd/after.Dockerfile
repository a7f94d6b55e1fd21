FROM alpine:3.20
COPY --chown=4321:0 state.txt /app/state.txt
USER 4321
CMD ["cat", "/app/state.txt"]
