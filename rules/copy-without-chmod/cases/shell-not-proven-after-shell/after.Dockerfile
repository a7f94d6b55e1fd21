FROM alpine:3.20
SHELL ["/bin/bash", "-c"]
COPY run.sh /run.sh
RUN chmod 755 /run.sh
CMD ["/run.sh"]
