FROM alpine:3.20
ARG MODE=755
COPY --chmod=${MODE} run.sh /app/run.sh
RUN true
ENTRYPOINT ["/app/run.sh"]
