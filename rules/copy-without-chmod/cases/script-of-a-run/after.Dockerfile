FROM alpine:3.20
WORKDIR /src
COPY . .
RUN chmod 755 /src/tools/generate.sh
RUN ./build.sh
