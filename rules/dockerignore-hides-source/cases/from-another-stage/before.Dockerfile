FROM scratch AS one
FROM scratch
COPY --from=one config /app/
