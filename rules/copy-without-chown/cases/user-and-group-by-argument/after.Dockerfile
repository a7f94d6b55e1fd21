FROM alpine:3.20
ARG APP_USER=app
ARG APP_GROUP=web
RUN addgroup -g 2002 $APP_GROUP && adduser -D -u 1001 -G $APP_GROUP $APP_USER
COPY --chown=$APP_USER:$APP_GROUP state.txt /app/
USER $APP_USER:$APP_GROUP
