FROM alpine:3.20
ARG APP_UID=1001
RUN adduser -D -u "$APP_UID" app
COPY --chown=app:app state.txt /app/
USER app
