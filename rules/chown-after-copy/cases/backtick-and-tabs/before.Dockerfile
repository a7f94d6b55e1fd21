# escape=`
FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN mkdir /data `
	&& chown -R app:app /app `
	&& mkdir /data/more
USER app
