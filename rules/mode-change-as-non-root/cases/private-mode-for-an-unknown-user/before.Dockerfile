FROM example.com/team/base:1
USER app
COPY settings.txt /srv/settings.txt
RUN chmod 400 /srv/settings.txt
