FROM nginx:1.27-alpine
COPY conf /etc/nginx
USER nginx
CMD ["nginx", "-t"]
