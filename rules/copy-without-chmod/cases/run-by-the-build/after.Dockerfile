FROM alpine:3.20
WORKDIR /src
COPY . .
RUN chmod 755 /src/build.sh
RUN ./build.sh
CMD ["cat", "/src/out"]
