FROM alpine:3.20
ARG WITH_USER=yes
RUN if [ "$WITH_USER" = yes ]; then adduser -D app; fi
COPY state.txt /app/
USER app
