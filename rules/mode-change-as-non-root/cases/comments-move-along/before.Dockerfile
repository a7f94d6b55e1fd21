FROM alpine:3.20
RUN adduser -D app
COPY tools /tools

# From here on without privileges.
USER app
EXPOSE 8080

# The checkout may have lost the x bits.
RUN chmod -R a+x /tools

CMD ["/tools/run.sh"]
