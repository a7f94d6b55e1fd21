FROM golang:1.22
ENV CGO_ENABLED=0
WORKDIR /srv
WORKDIR shop
COPY . ./
RUN go build -o bin/pwd .
RUN chmod 755 bin/pwd && ls -l bin
CMD ["bin/pwd"]