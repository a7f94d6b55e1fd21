FROM alpine:3.20
RUN adduser -D app
ENV APP_HOME=/srv/app
COPY bin ${APP_HOME}/bin
USER app
RUN chmod -R a+x "$APP_HOME/bin"
CMD ["/srv/app/bin/run.sh"]
