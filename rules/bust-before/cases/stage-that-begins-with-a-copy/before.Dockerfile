FROM alpine:3.20 AS deps
RUN echo 1 > /deps
FROM deps AS App
WORKDIR /app
COPY src .
