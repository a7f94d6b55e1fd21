FROM alpine:3.20
RUN adduser -D app
COPY tools /tools

# The checkout may have lost the x bits.
RUN chmod -R a+x /tools

# From here on without privileges.
USER app
EXPOSE 8080

CMD ["/tools/run.sh"]
