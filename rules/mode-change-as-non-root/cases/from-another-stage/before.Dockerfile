FROM alpine:3.20 AS build
RUN mkdir /out && echo 'echo built' > /out/server
FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /srv
COPY --from=build /out/server server
RUN chmod 755 server
CMD ["sh", "./server"]
