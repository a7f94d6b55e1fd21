FROM alpine:3.20
RUN adduser -D app
ENV APP_HOME=/srv/app
COPY bin ${APP_HOME}/bin
RUN chmod -R a+x "$APP_HOME/bin"
USER app
CMD ["/srv/app/bin/run.sh"]
