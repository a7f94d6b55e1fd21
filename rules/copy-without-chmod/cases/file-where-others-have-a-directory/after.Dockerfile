FROM busybox:1.36
COPY serve.sh /srv
RUN chmod 755 /srv
ENTRYPOINT ["/srv"]
