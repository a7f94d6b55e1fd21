FROM postgres:16-alpine
COPY entry.sh /entry.sh
RUN chown postgres:postgres /entry.sh && chmod u+x /entry.sh
USER postgres
ENTRYPOINT /entry.sh
