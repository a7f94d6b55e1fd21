FROM scratch
COPY --chmod=755 server /server
ENTRYPOINT ["/server"]
