FROM example.com/base:1
USER app
COPY run.sh /run.sh
RUN sudo chmod +x /run.sh
CMD ["/run.sh"]
