FROM alpine:3.20 AS build
RUN mkdir -p /out/share && echo data > /out/share/data

FROM alpine:3.20
RUN adduser -D app
COPY --from=build /out/share /share
RUN chown app:app /share && du -s /share
USER app
