FROM node:20 AS sources
WORKDIR /src
RUN git init -q . && echo one >state.txt && git add . && git -c user.name=a -c user.email=a@example.com commit -qm one

FROM node:20
COPY --from=sources /src /home/node/app
WORKDIR /home/node/app
USER node
RUN git rev-parse HEAD >/tmp/version
