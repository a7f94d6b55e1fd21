FROM node:20-slim AS build
COPY . /app
RUN cd /app && ls

FROM gcr.io/distroless/nodejs20-debian12
COPY --from=build /app /app
WORKDIR /app
CMD ["./src/server.js"]
