FROM alpine:3.20
ARG APP_UID=1001
COPY state.txt /app/
USER ${APP_UID}
