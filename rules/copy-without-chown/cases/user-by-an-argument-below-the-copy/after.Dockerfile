FROM alpine:3.20
COPY --chown=1001:0 state.txt /app/
ARG APP_UID=1001
USER ${APP_UID}
