FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /app
COPY . .
RUN chmod -R go-w,a+rX .
CMD ["cat", "data/list.txt"]
