FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /srv
COPY --link run.sh /srv/run.sh
RUN chmod 755 /srv/run.sh
CMD ["/srv/run.sh"]
