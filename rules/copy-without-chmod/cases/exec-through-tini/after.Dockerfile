FROM python:3.11-slim
RUN ln -s /usr/bin/env /usr/bin/tini
COPY start.sh /app/start.sh
RUN chmod 755 /app/start.sh
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["/app/start.sh"]
