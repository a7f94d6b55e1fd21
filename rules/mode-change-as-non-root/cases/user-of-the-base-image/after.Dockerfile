FROM nginxinc/nginx-unprivileged:1.27-alpine
COPY . /srv/site
USER root
RUN chmod -R a+rX /srv/site
USER 101
CMD ["cat", "/srv/site/index.html"]
