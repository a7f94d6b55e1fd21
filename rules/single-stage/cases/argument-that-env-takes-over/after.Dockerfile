FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
ARG VERSION=1.0
ENV VERSION=${VERSION}
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps AS app
COPY . .
RUN echo "$VERSION" >version
