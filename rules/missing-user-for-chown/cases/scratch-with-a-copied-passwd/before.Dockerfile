FROM alpine:3.20 AS build
RUN adduser -D -u 1500 app
FROM scratch
COPY --from=build /etc/passwd /etc/group /etc/
COPY --chown=app:app notes.txt /notes.txt
USER app
CMD ["/notes.txt"]
