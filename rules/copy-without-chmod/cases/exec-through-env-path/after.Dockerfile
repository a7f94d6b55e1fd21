FROM alpine:3.20
ENV PATH="/opt/tools:$PATH"
COPY tools/ /opt/tools/
RUN chmod 755 /opt/tools/start
CMD ["start"]
