FROM alpine:3.20
COPY install.sh /tmp/install.sh
RUN chmod 755 /tmp/install.sh && /tmp/install.sh > /installed && rm /tmp/install.sh
CMD ["cat", "/installed"]
