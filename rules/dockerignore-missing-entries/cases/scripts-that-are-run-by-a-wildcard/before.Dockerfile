FROM node:20
WORKDIR /app
COPY . .
RUN for file in tools/*.sh; do sh "$file"; done
