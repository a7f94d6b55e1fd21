FROM registry.example.com/team/base:1
COPY state.txt /srv/app/
CMD ["cat", "/srv/app/state.txt"]
