FROM alpine:3.20 AS build
RUN mkdir -p /out/bin && echo program > /out/bin/program

FROM alpine:3.20
COPY --from=build --chmod=755 /out /opt/demo
