FROM alpine:3.20
ARG APP_USER=app
COPY --chown=${APP_USER} notes.txt /notes.txt
CMD ["cat", "/notes.txt"]
