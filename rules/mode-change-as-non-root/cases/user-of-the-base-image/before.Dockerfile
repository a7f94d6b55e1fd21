FROM nginxinc/nginx-unprivileged:1.27-alpine
COPY . /srv/site
RUN chmod -R a+rX /srv/site
CMD ["cat", "/srv/site/index.html"]
