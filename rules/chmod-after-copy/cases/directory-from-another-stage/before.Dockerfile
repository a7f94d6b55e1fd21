FROM alpine:3.20 AS build
RUN mkdir -p /out/bin && echo program > /out/bin/program

FROM alpine:3.20
COPY --from=build /out /opt/demo
RUN chmod -R 755 /opt/demo
