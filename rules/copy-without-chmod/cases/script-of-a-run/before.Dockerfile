FROM alpine:3.20
WORKDIR /src
COPY . .
RUN ./build.sh
