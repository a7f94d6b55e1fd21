FROM alpine:3.20
ARG APP_UID=1001
COPY --chown=${APP_UID}:0 state.txt /app/
USER ${APP_UID}
