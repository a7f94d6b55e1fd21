FROM postgres:16-alpine
COPY seed.sql /docker-entrypoint-initdb.d/
