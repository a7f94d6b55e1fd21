FROM alpine:3.20
RUN adduser -D app
USER app
COPY run.sh /opt/run.sh
# The checkout may have lost the x bit.
RUN chmod 755 /opt/run.sh
CMD ["/opt/run.sh"]
