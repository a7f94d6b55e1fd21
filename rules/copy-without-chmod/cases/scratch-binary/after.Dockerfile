FROM scratch
COPY --chown=65532:65532 --chmod=755 server /server
USER 65532:65532
ENTRYPOINT ["/server"]
