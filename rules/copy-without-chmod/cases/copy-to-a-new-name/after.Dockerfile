FROM nginx:1.27-alpine
COPY nginx.production.conf /etc/nginx/nginx.conf
RUN chmod 644 /etc/nginx/nginx.conf
USER nginx
