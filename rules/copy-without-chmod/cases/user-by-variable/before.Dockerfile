FROM alpine:3.20
ARG UID=1001
COPY app.yaml /etc/app/app.yaml
USER ${UID}
CMD ["cat", "/etc/app/app.yaml"]
