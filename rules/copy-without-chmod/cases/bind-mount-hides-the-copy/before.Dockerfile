FROM debian:bookworm-slim
WORKDIR /src
COPY . .
RUN --mount=type=bind,target=/src ./build.sh
CMD ["true"]
