FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /srv
COPY --link run.sh /srv/run.sh
USER root
RUN chmod 755 /srv/run.sh
USER app
CMD ["/srv/run.sh"]
