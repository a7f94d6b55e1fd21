FROM alpine:3.20
COPY --chmod=755 install.sh /tmp/install.sh
RUN /tmp/install.sh > /installed && rm /tmp/install.sh
CMD ["cat", "/installed"]
