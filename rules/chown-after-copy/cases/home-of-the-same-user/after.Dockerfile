FROM alpine:3.20
RUN addgroup -S app && adduser -S -G app app
WORKDIR /home/app
COPY --chown=app:app . .
RUN chown app:app ./
USER app
