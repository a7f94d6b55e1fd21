FROM registry.example.com/team/base:1 AS tools

FROM node:20-alpine
COPY --from=tools --chown=node:node /usr/local/bin /opt/tools
USER node
