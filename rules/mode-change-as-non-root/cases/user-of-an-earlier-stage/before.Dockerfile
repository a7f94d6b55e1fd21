FROM alpine:3.20 AS base
RUN adduser -D app
USER app

FROM base
COPY data /srv/data
RUN chmod -R a+rX /srv/data
CMD ["cat", "/srv/data/a"]
