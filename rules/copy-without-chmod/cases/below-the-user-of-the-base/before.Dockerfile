FROM nginxinc/nginx-unprivileged:1.27-alpine
COPY run.sh data.txt /srv/
CMD ["/srv/run.sh"]
