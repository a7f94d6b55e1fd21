FROM alpine:3.20
USER 1001
COPY settings.txt /srv/settings.txt
RUN chmod 0640 /srv/settings.txt
CMD ["cat", "/srv/settings.txt"]
