FROM alpine:3.20
RUN adduser -D app
USER app
COPY . /srv/app
RUN chmod +x /srv/app/run.sh
CMD ["/srv/app/run.sh"]
