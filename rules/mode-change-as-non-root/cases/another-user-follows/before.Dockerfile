FROM alpine:3.20
RUN adduser -D app && adduser -D other
USER app
WORKDIR /srv/app
COPY . .
RUN chmod -R a+rX .
USER other
CMD ["cat", "notes.txt"]
