FROM node:20-alpine
WORKDIR /app
COPY package.json install.sh ./
RUN ./install.sh
COPY run.sh ./
ENV MODE=production
COPY check.sh ./
HEALTHCHECK CMD ./check.sh
CMD ["./run.sh"]
