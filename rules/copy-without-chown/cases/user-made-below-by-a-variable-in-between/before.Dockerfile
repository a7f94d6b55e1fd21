FROM alpine:3.20
COPY state.txt /app/
ARG APP_UID=1001
RUN adduser -D -u "$APP_UID" app
USER app
