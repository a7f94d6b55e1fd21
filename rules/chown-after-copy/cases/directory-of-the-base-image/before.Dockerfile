FROM nginx:1.27-alpine
COPY pages /usr/share/nginx/html
RUN chown -R nginx:nginx /usr/share/nginx/html
USER nginx
