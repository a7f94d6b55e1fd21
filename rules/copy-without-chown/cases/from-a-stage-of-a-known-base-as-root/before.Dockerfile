FROM alpine:3.20 AS build
WORKDIR /src
COPY state.txt .
RUN cp state.txt built.txt

FROM node:20-alpine
COPY --from=build /src/built.txt /srv/app/
USER node
