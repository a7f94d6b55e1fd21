FROM alpine:3.20
RUN cd /opt && mkdir app
COPY app.yaml /opt/app
USER 1001
CMD ["cat", "/opt/app/app.yaml"]
