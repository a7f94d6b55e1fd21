FROM alpine:3.20
ENV APP_USER=app
RUN adduser -D -u 1001 "$APP_USER"
COPY state.txt /app/
USER $APP_USER
