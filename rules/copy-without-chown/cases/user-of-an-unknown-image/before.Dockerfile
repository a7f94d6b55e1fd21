FROM registry.example.com/team/base:1
COPY state.txt /srv/app/
USER app
