FROM alpine:3.20
ARG WITH_USER=yes
COPY state.txt /app/
RUN if [ "$WITH_USER" = yes ]; then adduser -D app; fi
USER app
