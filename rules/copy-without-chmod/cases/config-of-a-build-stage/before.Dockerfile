FROM node:20-slim AS build
WORKDIR /src
COPY config/ config/
COPY index.html .
RUN mkdir /out && cp index.html /out/

FROM nginxinc/nginx-unprivileged:1.27-alpine
COPY --from=build /out /usr/share/nginx/html
