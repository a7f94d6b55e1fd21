FROM alpine:3.20
ARG WITH_USER=yes
RUN if [ "$WITH_USER" = yes ]; then adduser -D app; fi
COPY --chown=app state.txt /app/
USER app
