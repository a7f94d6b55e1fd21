FROM node:20-alpine AS build
RUN mkdir /out && echo one >/out/a

FROM node:20-alpine
COPY \
    # what was built
    --from=build \
    /out /srv/out
USER node
