FROM alpine:3.20 AS build
RUN adduser -D -u 1000 app && mkdir /out && chown app /out
USER app
RUN echo 'echo built' > /out/server
FROM alpine:3.20
RUN adduser -D -u 1000 app
USER app
COPY --from=build /out/server /srv/server
RUN chmod 755 /srv/server
CMD ["sh", "/srv/server"]
