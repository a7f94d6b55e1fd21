FROM alpine:3.20
COPY healthcheck.sh /
RUN chmod 755 /healthcheck.sh
HEALTHCHECK --interval=30s CMD ["/healthcheck.sh"]
CMD ["sleep", "60"]
