FROM alpine:3.20
RUN adduser -D app
COPY . /srv
RUN sh /srv/install.sh
USER app
RUN chmod -R a+rX /srv/data
CMD ["cat", "/srv/data/a"]
