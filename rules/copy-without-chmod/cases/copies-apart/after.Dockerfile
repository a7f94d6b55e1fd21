FROM node:20-alpine
WORKDIR /app
COPY package.json install.sh ./
RUN chmod 755 /app/install.sh
RUN ./install.sh
COPY run.sh ./
RUN chmod 755 /app/run.sh
ENV MODE=production
COPY check.sh ./
RUN chmod 755 /app/check.sh
HEALTHCHECK CMD ./check.sh
CMD ["./run.sh"]
