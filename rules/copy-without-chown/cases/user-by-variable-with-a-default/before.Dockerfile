FROM alpine:3.20
COPY state.txt /app/
USER ${APP_UID:-1001}
