FROM alpine:3.20
COPY file /srv/file
RUN echo more >>/srv/file && chmod 640 /etc/os-release && chown 5:6 /opt && rm -r /home && ln -s file /srv/link
USER nobody
CMD ["false"]
