FROM alpine:3.20
COPY install.sh /install.sh
RUN cp -p /install.sh /usr/local/bin/install-again
RUN chmod 700 /install.sh
CMD ["/install.sh"]
