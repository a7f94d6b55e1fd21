FROM alpine:3.20
ARG RUN_AS=1001
COPY --chown=${RUN_AS}:${RUN_AS} src /app
USER ${RUN_AS}
