ARG REGISTRY=example.org
FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
ARG REGISTRY
ARG MODE=production COLOR=blue
ARG LEVEL="${MODE}-2"
# Who builds it.
ARG BUILDER
ARG TARGETARCH
ARG HTTP_PROXY
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps AS app
ARG REGISTRY
ARG MODE=production COLOR=blue
ARG LEVEL="${MODE}-2"
ARG BUILDER
ARG TARGETARCH
ARG HTTP_PROXY
COPY . .
RUN echo "$REGISTRY $MODE $LEVEL ${BUILDER:-nobody} $TARGETARCH $HTTP_PROXY" >arguments
