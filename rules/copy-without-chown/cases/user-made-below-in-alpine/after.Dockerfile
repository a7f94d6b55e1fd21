FROM alpine:3.20
WORKDIR /srv/app
RUN addgroup -S app && adduser -S -H -G app app
COPY --chown=app:app app.sh state.txt ./
USER app
CMD ["sh", "app.sh"]
