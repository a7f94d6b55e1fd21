FROM alpine:3.20
RUN adduser -D app && adduser -D other
USER app
WORKDIR /srv/app
COPY . .
USER root
RUN chmod -R a+rX .
USER other
CMD ["cat", "notes.txt"]
