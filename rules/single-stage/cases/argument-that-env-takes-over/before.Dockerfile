FROM alpine:3.20
COPY pip /usr/local/bin/
ARG VERSION=1.0
ENV VERSION=${VERSION}
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN echo "$VERSION" >version
