FROM alpine:3.20 AS conf
COPY app.json /etc/app/app.json
COPY tool /etc/app/bin/tool

FROM gcr.io/distroless/static:nonroot
COPY --from=conf /etc/app /etc/app
ENTRYPOINT ["/etc/app/bin/tool"]
