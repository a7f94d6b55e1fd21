FROM alpine:3.20
RUN adduser -D app
COPY --chmod=755 entrypoint.sh /entrypoint.sh
RUN chown app:app /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
