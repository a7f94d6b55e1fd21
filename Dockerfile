# The image of dockfix: one static program, and nothing else.
#
#     docker build -t dockfix .
#     docker run --rm -v "$PWD:/work" dockfix check
#
# To write files, run it as their owner: `docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" dockfix --apply`.

# On Alpine, Rust makes static programs without being asked.
ARG RUST_IMAGE=rust:1.95-alpine

FROM ${RUST_IMAGE} AS build
WORKDIR /src
ENV CARGO_PROFILE_RELEASE_DEBUG=false \
    CARGO_PROFILE_RELEASE_STRIP=symbols

# The dependencies are compiled with a program that does nothing, and again only when Cargo.toml or Cargo.lock change.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
    && echo 'fn main() {}' | tee build.rs src/main.rs > src/lib.rs \
    && cargo build --locked --release \
    && cargo clean --locked --release --package dockfix \
    && rm -r build.rs src

COPY . .
RUN cargo install --locked --no-track --path . --root /out

FROM scratch
COPY --from=build /out/bin/dockfix /usr/local/bin/dockfix
WORKDIR /work
# It belongs to nobody, so that it writes nothing unless it is told whose files they are.
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/dockfix"]
