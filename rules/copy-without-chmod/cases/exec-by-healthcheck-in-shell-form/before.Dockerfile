FROM nginx:1.27-alpine
COPY check /usr/local/bin/check
HEALTHCHECK CMD check || exit 1
