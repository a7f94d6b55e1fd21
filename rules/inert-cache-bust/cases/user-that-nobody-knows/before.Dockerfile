FROM registry.example.com/team/base:1
RUN date > /dev/null
USER nobody
ARG CACHE_BUST
COPY app.py /srv/
