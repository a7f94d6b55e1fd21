FROM alpine:3.20
ENV APP_HOME=/opt/app
ARG BIN=${APP_HOME}/bin
WORKDIR $APP_HOME
COPY entrypoint.sh $APP_HOME/entrypoint.sh
RUN chmod 755 "$APP_HOME/entrypoint.sh"
RUN mkdir -p "$BIN"
COPY check.sh ${BIN}/
RUN chmod 755 "${BIN}/check.sh"
HEALTHCHECK CMD ["/opt/app/bin/check.sh"]
ENTRYPOINT ["/opt/app/entrypoint.sh"]
