FROM debian:bookworm-slim
WORKDIR /src
COPY . .
RUN chmod 755 /src/build.sh
RUN ./build.sh
CMD ["cat", "/src/out"]
