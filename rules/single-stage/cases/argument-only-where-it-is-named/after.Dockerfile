FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
ARG MODE=production
ARG ROOT=/srv
ARG PLACE=${ROOT}/app
WORKDIR /srv/app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt && echo "$MODE" >/mode

FROM deps AS app
ARG ROOT=/srv
ARG PLACE=${ROOT}/app
COPY . ${PLACE}
CMD ["sh", "app.sh"]
