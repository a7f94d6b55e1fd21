FROM alpine:3.20
RUN adduser -D -u 1001 app
COPY --link state.txt /app/
USER app
