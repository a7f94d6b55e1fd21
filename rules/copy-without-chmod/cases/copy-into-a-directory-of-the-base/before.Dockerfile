FROM nginx:1.27-alpine
COPY nginx.conf /etc/nginx
COPY site.conf /etc/nginx/conf.d
USER nginx
