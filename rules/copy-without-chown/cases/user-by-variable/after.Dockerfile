FROM alpine:3.20
ENV APP_USER=app
RUN adduser -D -u 1001 "$APP_USER"
COPY --chown=$APP_USER:$APP_USER state.txt /app/
USER $APP_USER
