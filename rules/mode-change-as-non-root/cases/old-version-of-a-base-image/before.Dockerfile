FROM elasticsearch:2.4.1
COPY entrypoint.sh /opt/
RUN chmod 755 /opt/entrypoint.sh
ENTRYPOINT ["/opt/entrypoint.sh"]
