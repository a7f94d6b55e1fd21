FROM alpine:3.20
RUN adduser -D app && mkdir -p /var/lib/app && chown app /var/lib/app
COPY conf /etc/app
USER app
RUN mkdir -p /var/lib/app/data
USER root
RUN chown -R app:app /etc/app /var/lib/app
USER app
CMD ["sh", "-c", "echo more >> /etc/app/conf && cat /etc/app/conf"]
