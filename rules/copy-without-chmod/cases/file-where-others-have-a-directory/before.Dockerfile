FROM busybox:1.36
COPY serve.sh /srv
ENTRYPOINT ["/srv"]
