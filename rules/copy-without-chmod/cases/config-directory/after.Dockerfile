FROM alpine:3.20
COPY conf/ /etc/app/conf/
RUN chmod -R a+rX /etc/app/conf
USER 1001
CMD ["cat", "/etc/app/conf/site/a.conf"]
