FROM alpine:3.20
ARG RUN_AS=1001
COPY src /app
RUN chown -R ${RUN_AS}:${RUN_AS} /app
USER ${RUN_AS}
