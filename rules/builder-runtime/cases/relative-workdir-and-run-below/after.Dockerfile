FROM golang:1.22 AS build
ENV CGO_ENABLED=0
WORKDIR /srv
WORKDIR shop
COPY . ./
RUN go build -o bin/pwd .
RUN chmod 755 bin/pwd && ls -l bin

FROM gcr.io/distroless/static-debian12
WORKDIR /srv/shop
COPY --from=build /srv/shop/bin/pwd /srv/shop/bin/pwd
CMD ["bin/pwd"]