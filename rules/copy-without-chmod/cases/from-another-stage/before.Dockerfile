FROM alpine:3.20 AS build
WORKDIR /src
COPY run.sh .

FROM alpine:3.20
COPY --from=build /src/run.sh /usr/local/bin/run.sh
ENTRYPOINT ["run.sh"]
