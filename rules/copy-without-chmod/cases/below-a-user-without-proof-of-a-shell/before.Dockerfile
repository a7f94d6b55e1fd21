FROM registry.example.com/team/base:1
USER app
COPY run.sh data.txt /srv/
CMD ["/srv/run.sh"]
