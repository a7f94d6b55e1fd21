FROM alpine:3.20
RUN adduser -D app
COPY . /srv
RUN sh /srv/install.sh
RUN chmod -R a+rX /srv/data
USER app
CMD ["cat", "/srv/data/a"]
