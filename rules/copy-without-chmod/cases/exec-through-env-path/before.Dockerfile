FROM alpine:3.20
ENV PATH="/opt/tools:$PATH"
COPY tools/ /opt/tools/
CMD ["start"]
