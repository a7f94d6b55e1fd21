FROM example.com/team/base:1
COPY run.sh /run.sh
RUN chmod +x /run.sh
CMD ["/run.sh"]
