ARG REGISTRY=example.org
FROM alpine:3.20
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
COPY . .
RUN echo "$REGISTRY $MODE $LEVEL ${BUILDER:-nobody} $TARGETARCH $HTTP_PROXY" >arguments
