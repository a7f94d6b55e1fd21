FROM alpine:3.20
RUN adduser -D app
COPY state.txt /app/
RUN chown -R app "$(dirname /app/state.txt)"
USER app
