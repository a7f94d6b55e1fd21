FROM postgres:16-alpine
COPY init.sh seed.sql /docker-entrypoint-initdb.d/
