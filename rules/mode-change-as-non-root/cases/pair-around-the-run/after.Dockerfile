FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /app
COPY . .
USER root
RUN chmod -R go-w,a+rX .
USER app
CMD ["cat", "data/list.txt"]
