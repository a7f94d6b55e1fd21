FROM alpine:3.20
ARG APP_USER=app
RUN adduser -D "$APP_USER"
COPY scripts /scripts
USER $APP_USER
RUN chmod -R a+rx /scripts
CMD ["/scripts/run.sh"]
