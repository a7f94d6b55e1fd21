FROM alpine:3.20
RUN adduser -D app
COPY . /srv/app
RUN chmod +x /srv/app/run.sh
USER app
CMD ["/srv/app/run.sh"]
