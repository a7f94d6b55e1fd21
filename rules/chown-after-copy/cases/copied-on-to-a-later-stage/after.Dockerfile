FROM alpine:3.20 AS build
RUN adduser -D app
COPY --chown=app:app src /app

FROM alpine:3.20
COPY --from=build /etc/passwd /etc/passwd
COPY --from=build /app /app
USER app
