FROM nginx:1.27-alpine
COPY pages /usr/share/nginx/html
RUN chmod -R 755 /usr/share/nginx/html
