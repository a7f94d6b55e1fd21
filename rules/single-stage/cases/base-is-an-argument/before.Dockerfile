ARG IMAGE=alpine
ARG TAG=3.20
FROM ${IMAGE}:${TAG}
COPY pip /usr/local/bin/
ARG TAG
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY app.sh ./
RUN echo "$TAG" >base
