FROM alpine:3.20 AS build
RUN adduser -D app
COPY --chown=app notes.txt /out/
FROM alpine:3.20
COPY --from=build --chown=app /out /out
CMD ["ls", "-ln", "/out/notes.txt"]
