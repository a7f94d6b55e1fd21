FROM busybox:1.36 AS build
RUN mkdir -p /out && echo one >/out/state

FROM scratch
COPY --from=build /bin/busybox /bin/busybox
COPY --from=build /out /srv
USER 65532:65532
CMD ["/bin/busybox", "cat", "/srv/state"]
