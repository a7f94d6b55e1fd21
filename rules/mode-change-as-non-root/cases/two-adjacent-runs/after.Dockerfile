FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /site
COPY . .
USER root
RUN chmod -R a+rX conf
RUN chown -R app:app data
USER app
CMD ["cat", "conf/a.txt"]
