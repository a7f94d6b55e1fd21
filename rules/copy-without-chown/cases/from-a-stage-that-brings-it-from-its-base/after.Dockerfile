FROM registry.example.com/team/tools:1 AS tools

FROM node:20-alpine
COPY --from=tools --chown=node:node /opt/tools /opt/tools
USER node
