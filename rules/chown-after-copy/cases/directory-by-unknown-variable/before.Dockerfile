FROM example.com/team/base:1
COPY page.html /srv/demo/
RUN mkdir "$CACHE_DIR" && chown -R 1001:1001 /srv/demo
USER 1001
