FROM nginx:1.27-alpine
COPY conf /etc/nginx
RUN chmod 644 /etc/nginx/cache.conf /etc/nginx/gzip.conf /etc/nginx/log.conf /etc/nginx/proxy.conf
USER nginx
CMD ["nginx", "-t"]
