FROM node:20-slim
COPY --chown=www-data tool /usr/local/bin/tool
RUN chmod 755 /usr/local/bin/tool
USER node
CMD /usr/local/bin/tool
