FROM php:8.3-fpm-alpine
COPY php.ini $PHP_INI_DIR/
COPY extra.ini ${PHP_INI_DIR}/conf.d/extra.ini
USER www-data
