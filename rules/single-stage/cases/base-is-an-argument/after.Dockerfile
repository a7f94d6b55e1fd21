ARG IMAGE=alpine
ARG TAG=3.20
FROM ${IMAGE}:${TAG} AS deps
COPY pip /usr/local/bin/
ARG TAG
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps AS app
ARG TAG
COPY app.sh ./
RUN echo "$TAG" >base
