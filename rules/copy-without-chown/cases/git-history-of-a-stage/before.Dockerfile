FROM node:20 AS sources
WORKDIR /src
RUN git init -q . && echo one >state.txt && git add . && git -c user.name=a -c user.email=a@example.com commit -qm one

FROM node:20
COPY --from=sources /src /srv/app
WORKDIR /srv/app
RUN git rev-parse HEAD >/version
USER node
