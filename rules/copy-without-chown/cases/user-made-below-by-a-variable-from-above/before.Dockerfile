FROM alpine:3.20
ARG APP_UID=1001
COPY state.txt /app/
RUN adduser -D -u "$APP_UID" app
USER app
