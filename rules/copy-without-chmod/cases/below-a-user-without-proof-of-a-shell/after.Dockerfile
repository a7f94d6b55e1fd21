FROM registry.example.com/team/base:1
USER app
COPY run.sh data.txt /srv/
USER root
RUN chmod 755 /srv/run.sh
USER app
CMD ["/srv/run.sh"]
