FROM alpine:3.20
WORKDIR /srv/app
COPY app.sh state.txt ./
RUN addgroup -S app && adduser -S -H -G app app
USER app
CMD ["sh", "app.sh"]
