FROM registry.example.com/team/tools:1 AS tools

FROM node:20-alpine
COPY --from=tools /opt/tools /opt/tools
USER node
