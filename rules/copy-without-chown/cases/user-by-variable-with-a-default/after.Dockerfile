FROM alpine:3.20
COPY --chown=${APP_UID:-1001}:0 state.txt /app/
USER ${APP_UID:-1001}
