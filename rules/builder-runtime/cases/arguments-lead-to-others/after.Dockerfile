ARG REGISTRY_LABEL=shop
FROM golang:1.22 AS build
ARG MAJOR=1
ARG VERSION=${MAJOR}.0
ARG REGISTRY_LABEL
ARG UNUSED=x
WORKDIR /app
COPY . .
ENV CGO_ENABLED=0
RUN echo $UNUSED && go build -o /app/ash

FROM gcr.io/distroless/static-debian12
ARG MAJOR=1
ARG VERSION=${MAJOR}.0
ARG REGISTRY_LABEL
WORKDIR /app
COPY --from=build /app/ash /app/ash
LABEL version="$VERSION" \
    # The team.
    team="$REGISTRY_LABEL"
ENV VERSION_OF_THE_IMAGE=$VERSION
CMD ["/app/ash", "-c", "env"]
