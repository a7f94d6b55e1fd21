FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
WORKDIR /app
RUN mkdir /app/data && touch /app/data/made
VOLUME /app/data
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt && echo one >/app/data/one

FROM deps AS app
COPY app.sh ./
RUN echo two >/app/data/two
