FROM alpine:3.20
COPY src /app
ARG RUN_AS=1001
RUN chown -R $RUN_AS:0 /app
USER $RUN_AS
