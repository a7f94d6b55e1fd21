FROM debian:bookworm-slim
WORKDIR /src
COPY . .
RUN ./build.sh
CMD ["cat", "/src/out"]
