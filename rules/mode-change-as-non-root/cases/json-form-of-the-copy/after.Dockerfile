FROM alpine:3.20
RUN adduser -D app
USER app
COPY --chmod=755 ["run it.sh", "/opt/"]
CMD ["/opt/run it.sh"]
