FROM alpine:3.20
COPY state.txt /app/state.txt
USER 4321
CMD ["cat", "/app/state.txt"]
