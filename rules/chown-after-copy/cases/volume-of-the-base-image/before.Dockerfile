FROM postgres:16-alpine
COPY seed /var/lib/postgresql/data/seed
RUN chown -R postgres:postgres /var/lib/postgresql/data/seed
