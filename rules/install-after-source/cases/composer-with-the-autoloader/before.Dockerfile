FROM php:8.3-fpm-alpine
WORKDIR /app
COPY . .
RUN composer install --no-dev --no-scripts
RUN composer dump-autoload --optimize
