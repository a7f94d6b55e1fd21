FROM node:20
WORKDIR /app
COPY . .
RUN --mount=type=bind,source=.git,target=/git cat /git/HEAD
