FROM alpine:3.20
COPY healthcheck.sh /
HEALTHCHECK --interval=30s CMD ["/healthcheck.sh"]
CMD ["sleep", "60"]
