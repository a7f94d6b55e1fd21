FROM alpine:3.20
RUN adduser -D app && mkdir /opt/app && chown app /opt/app
USER app
COPY one.txt two.txt /opt/app/
RUN cat /opt/app/one.txt > /opt/app/all.txt && rm -f /opt/app/one.txt /opt/app/two.txt
RUN chmod -R a+rX /opt/app
CMD ["cat", "/opt/app/all.txt"]
