FROM alpine:3.20
ARG APP_USER=app
RUN adduser -D "$APP_USER"
COPY scripts /scripts
RUN chmod -R a+rx /scripts
USER $APP_USER
CMD ["/scripts/run.sh"]
