FROM alpine:3.20 AS build
COPY check.sh /src/check.sh
RUN date > /src/built

FROM alpine:3.20
COPY --from=build /src/check.sh /usr/local/bin/check.sh
HEALTHCHECK CMD ["check.sh"]
CMD ["sleep", "60"]
